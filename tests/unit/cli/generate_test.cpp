#include "cli/generate.h"

#include <catch2/catch.hpp>

#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

Captured generate(const std::vector<std::string>& arguments) {
  return Captured([&] { return run_generate(arguments); });
}

TEST_CASE("each kind of output can be asked for") {
  CHECK(generate({"man"}).out.find(".TH WSB 1 ") != std::string::npos);
  CHECK(generate({"man", "--command", "send"}).out.find(".TH WSB\\-SEND 1 ") != std::string::npos);
  CHECK(generate({"bash"}).out.starts_with("# bash completion of wsb."));
  CHECK(generate({"zsh"}).out.starts_with("#compdef wsb\n"));
  CHECK(generate({"fish"}).out.starts_with("# fish completion of wsb."));
}

TEST_CASE("what cannot be generated is said") {
  const struct {
    std::vector<std::string> arguments;
    std::string line;
  } cases[] = {
      {{},
       "wsb: generate: usage: wsb generate man|bash|zsh|fish [--command NAME] [--sections "
       "FILE]\n"},
      {{"tcsh"}, "wsb: generate: cannot generate 'tcsh'\n"},
      {{"man", "--command", "fly"}, "wsb: generate: unknown command 'fly'\n"},
      {{"man", "--sections", "no/such/file"}, "wsb: generate: cannot read 'no/such/file'\n"},
  };
  for (const auto& c : cases) {
    const Captured captured = generate(c.arguments);
    CHECK(captured.result == 2);
    CHECK(captured.out.empty());
    CHECK(captured.err == c.line);
  }
}

}  // namespace
}  // namespace wsb::cli
