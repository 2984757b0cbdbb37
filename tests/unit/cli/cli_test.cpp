#include "cli/cli.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

Captured run_words(std::vector<std::string> words) {
  words.insert(words.begin(), "wsb");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return Captured([&] { return run(static_cast<int>(arguments.size()), arguments.data()); });
}

TEST_CASE("help and versions go to standard output with status 0") {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--help"},
                                                {"-h"},
                                                {"help"},
                                                {"help", "send"},
                                                {"--version"},
                                                {"connect", "-h"},
                                                {"serve", "--help"},
                                                {"bench", "--version"}}) {
    const Captured captured = run_words(words);
    INFO(words.front() << " " << words.back());
    CHECK(captured.result == 0);
    CHECK_FALSE(captured.out.empty());
    CHECK(captured.err.empty());
  }
}

TEST_CASE("without a command there is help, but no success") {
  const Captured captured = run_words({});
  CHECK(captured.result == 2);
  CHECK(captured.out.empty());
  CHECK(captured.err.starts_with("wsb - one command for WebSockets\n"));
}

TEST_CASE("what is unknown is one line on standard error with status 2") {
  const struct {
    std::vector<std::string> words;
    std::string line;
  } cases[] = {
      {{"conect"}, "wsb: unknown command 'conect' (did you mean 'connect'?)\n"},
      {{"help", "sendd"}, "wsb: unknown command 'sendd' (did you mean 'send'?)\n"},
      {{"--frob"}, "wsb: unknown option '--frob' (see 'wsb --help')\n"},
      {{"send", "--frob"}, "wsb: send: unknown option '--frob' (see 'wsb send -h')\n"},
  };
  for (const auto& c : cases) {
    const Captured captured = run_words(c.words);
    CHECK(captured.result == 2);
    CHECK(captured.out.empty());
    CHECK(captured.err == c.line);
  }
}

}  // namespace
}  // namespace wsb::cli
