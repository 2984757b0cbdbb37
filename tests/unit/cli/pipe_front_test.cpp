#include "cli/pipe_front.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "cli/log_sink.h"
#include "core/app/connect.h"
#include "tests/support/echo_runtime.h"
#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

using app::ClientInput;

// Runs a front over the echo network; standard input and output are what the test made them.
app::ClientOutcome talk(ClientInput input, app::ClientConfig config = {},
                        const std::function<void()>& meanwhile = {}) {
  app::EchoRuntime runtime;
  Signals signals;
  StderrLog log(LogLevel::error);
  const ClientNotes notes(log, false);
  PipeFrontConfig front_config;
  front_config.input = std::move(input);
  front_config.watch_reader = true;
  front_config.close_timeout = 5s;
  PipeFront front(std::move(front_config), signals, notes);
  if (meanwhile) meanwhile();
  return app::run_client(config, runtime, front).value();
}

ClientInput lines() {
  ClientInput input;
  input.stream = ClientInput::Stream::lines;
  return input;
}

app::ClientConfig as_sent() {
  app::ClientConfig config;
  config.count_as_sent = true;
  return config;
}

// Standard input is `content`; what is written, with the outcome.
struct Run {
  Run(const std::string& content, const ClientInput& input, const app::ClientConfig& config) {
    const ScratchFile in_file(content);
    const ScratchFile out_file;
    {
      const Redirect in(STDIN_FILENO, in_file.fd());
      const Redirect redirect(STDOUT_FILENO, out_file.fd());
      outcome = talk(input, config);
    }
    out = out_file.content();
  }
  app::ClientOutcome outcome;
  std::string out;
};

TEST_CASE("lines go in, payloads come out") {
  const Run run("one\ntwo\r\n\nlast", lines(), as_sent());
  CHECK(run.out == "one\ntwo\n\nlast\n");
  CHECK(run.outcome.report.sent == 4);
  CHECK_FALSE(run.outcome.input_error);
}

TEST_CASE("arguments are sent around standard input, in their order") {
  ClientInput input = lines();
  input.before = {{ws::Opcode::text, "first"}};
  input.after = {{ws::Opcode::text, "last"}};
  SECTION("lines") { CHECK(Run("a\nb\n", input, as_sent()).out == "first\na\nb\nlast\n"); }
  SECTION("as a whole") {
    input.stream = ClientInput::Stream::whole;
    CHECK(Run("a\nb\n", input, as_sent()).out == "first\na\nb\n\nlast\n");
  }
  SECTION("not read at all") {
    input.stream = ClientInput::Stream::none;
    CHECK(Run("a\nb\n", input, as_sent()).out == "first\nlast\n");
  }
}

TEST_CASE("input that is not UTF-8 ends the run behind what was good") {
  app::ClientConfig config;
  config.count = 2;
  const Run run("good\n\xff\nnever\n", lines(), config);
  REQUIRE(run.outcome.input_error);
  CHECK(run.outcome.input_error->text() ==
        "input line 2 is not UTF-8 (to send it all the same, use --binary)");
  CHECK(run.outcome.report.sent == 1);
}

TEST_CASE("an input that cannot be read is an error") {
  const int folder = ::open("/", O_RDONLY | O_CLOEXEC);
  const Redirect in(STDIN_FILENO, folder);
  ::close(folder);
  const app::ClientOutcome outcome = talk(lines());
  REQUIRE(outcome.input_error);
  CHECK(outcome.input_error->text() == "cannot read standard input: Is a directory");
}

TEST_CASE("a full disk is an error, and the connection is closed in order") {
  const ScratchFile in_file("x\n");
  const Redirect in(STDIN_FILENO, in_file.fd());
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  app::ClientOutcome outcome;
  {
    const Redirect out(STDOUT_FILENO, full);
    outcome = talk(lines());
  }
  ::close(full);
  REQUIRE(outcome.output_error);
  CHECK(outcome.output_error->text() == "cannot write standard output: No space left on device");
  CHECK(outcome.report.close.clean);
}

TEST_CASE("a reader that has gone is noticed without anything to write") {
  std::array<int, 2> output{};
  std::array<int, 2> input{};
  REQUIRE(::pipe(output.data()) == 0);
  REQUIRE(::pipe(input.data()) == 0);
  app::ClientOutcome outcome;
  {
    const Redirect in(STDIN_FILENO, input[0]);
    const Redirect out(STDOUT_FILENO, output[1]);
    ::close(output[0]);
    outcome = talk(lines());
  }
  CHECK(outcome.broken_pipe);
  CHECK(outcome.report.close.clean);
  for (const int fd : {output[1], input[0], input[1]}) ::close(fd);
}

TEST_CASE("a slow reader gets everything, and the flags of its pipe are untouched") {
  std::array<int, 2> output{};
  REQUIRE(::pipe(output.data()) == 0);
  const int flags = ::fcntl(output[1], F_GETFL);
  std::string content;
  for (int i = 0; i < 50'000; ++i) content += "line " + std::to_string(i) + "\n";
  const ScratchFile in_file(content);
  std::string read;
  std::thread reader;
  {
    const Redirect in(STDIN_FILENO, in_file.fd());
    const Redirect out(STDOUT_FILENO, output[1]);
    reader = std::thread([&] {
      std::array<char, 1000> block{};
      for (ssize_t got = 0; (got = ::read(output[0], block.data(), block.size())) > 0;) {
        read.append(block.data(), static_cast<std::size_t>(got));
      }
    });
    static_cast<void>(talk(lines(), as_sent()));
  }
  CHECK(::fcntl(output[1], F_GETFL) == flags);
  ::close(output[1]);
  reader.join();
  ::close(output[0]);
  CHECK(read == content);
}

TEST_CASE("a signal ends it with a close in order") {
  std::array<int, 2> input{};
  REQUIRE(::pipe(input.data()) == 0);
  app::ClientOutcome outcome;
  {
    const Redirect in(STDIN_FILENO, input[0]);
    outcome = talk(lines(), {}, [] { ::kill(::getpid(), SIGTERM); });
  }
  CHECK(outcome.signal == SIGTERM);
  CHECK(outcome.report.stop == app::ClientStop::interrupted);
  ::close(input[0]);
  ::close(input[1]);
}

}  // namespace
}  // namespace wsb::cli
