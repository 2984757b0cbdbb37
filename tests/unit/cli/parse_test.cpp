#include "cli/parse.h"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace wsb::cli {
namespace {

struct Values {
  std::string url;
  std::vector<std::string> messages;
  std::vector<std::string> headers;
  bool binary = false;
  bool compress = true;
  std::optional<std::uint64_t> count;
  Duration linger = 1s;
  ByteSize size{5};
  Rate rate{1};
  std::uint64_t port = 3000;
};

Command make(Values& v) {
  Command command;
  command.name = "try";
  command.usage = "[options] URL [MSG...]";
  command.options = {
      {.names = "URL", .target = &v.url, .brief = ""},
      {.names = "MSG", .target = &v.messages, .brief = ""},
      {.names = "-H,--header", .value = "'K: V'", .target = &v.headers, .brief = ""},
      {.names = "-b,--binary", .target = &v.binary, .brief = ""},
      {.names = "--compress", .negated = "--no-compress", .target = &v.compress, .brief = ""},
      {.names = "-c,--count", .value = "N", .target = CountTarget{&v.count, 100}, .brief = ""},
      {.names = "-1,--one-message", .target = OneCountTarget{&v.count}, .brief = ""},
      {.names = "--linger",
       .value = "TIME",
       .target = DurationTarget{&v.linger, 0ns, 1h},
       .brief = ""},
      {.names = "--size", .value = "SIZE", .target = SizeTarget{&v.size, {1}, 1_MiB}, .brief = ""},
      {.names = "-r,--rate",
       .value = "RATE",
       .target = RateTarget{&v.rate, Rate{1000}},
       .brief = ""},
      {.names = "-p,--port",
       .value = "PORT",
       .target = IntegerTarget{&v.port, 1, 65535},
       .brief = "",
       .env = "WSB_TEST_PORT"},
  };
  return command;
}

std::string parse(Values& values, const std::vector<std::string>& arguments) {
  const auto result = parse_arguments(make(values), arguments);
  return result ? "" : result.error().text();
}

std::string refusal(const std::vector<std::string>& arguments) {
  Values values;
  return parse(values, arguments);
}

TEST_CASE("options stand before and after positional arguments, in every spelling") {
  Values v;
  CHECK(parse(v, {"-b", "ws://x", "-H", "A: 1", "one", "--header=B: 2", "two", "-c3", "--linger",
                  "200ms", "--size=1KiB", "-r", "50/s", "-p", "8080", "--no-compress"})
            .empty());
  CHECK(v.url == "ws://x");
  CHECK(v.messages == std::vector<std::string>{"one", "two"});
  CHECK(v.headers == std::vector<std::string>{"A: 1", "B: 2"});
  CHECK(v.binary);
  CHECK_FALSE(v.compress);
  CHECK(v.count == 3);
  CHECK(v.linger == 200ms);
  CHECK(v.size == ByteSize{1024});
  CHECK(v.rate.per_second == 50);
  CHECK(v.port == 8080);
}

TEST_CASE("messages are taken as they are, JSON and empty ones too") {
  Values v;
  CHECK(parse(v, {"u", "[1,2]", "{}", "", "-5", "a=b", "%%"}).empty());
  CHECK(v.messages == std::vector<std::string>{"[1,2]", "{}", "", "-5", "a=b", "%%"});
}

TEST_CASE("a value is taken as it is, whatever it looks like") {
  Values v;
  CHECK(parse(v, {"u", "-H", "[a,b]", "-H", "--binary", "-H", "{}"}).empty());
  CHECK(v.headers == std::vector<std::string>{"[a,b]", "--binary", "{}"});
  CHECK_FALSE(v.binary);
}

TEST_CASE("two dashes end the options") {
  Values v;
  CHECK(parse(v, {"u", "-b", "--", "--count", "-c", "--"}).empty());
  CHECK(v.messages == std::vector<std::string>{"--count", "-c", "--"});
  CHECK_FALSE(v.count);
}

TEST_CASE("short flags may be joined") {
  Values v;
  CHECK(parse(v, {"-b1", "u"}).empty());
  CHECK(v.binary);
  CHECK(v.count == 1);
}

TEST_CASE("of an option that is given twice the last value counts") {
  Values v;
  CHECK(parse(v, {"u", "-c", "1", "--count", "2", "--no-compress", "--compress"}).empty());
  CHECK(v.count == 2);
  CHECK(v.compress);
}

TEST_CASE("the environment stands in for an option that is not given") {
  ::setenv("WSB_TEST_PORT", "99", 1);
  Values v;
  CHECK(parse(v, {"u"}).empty());
  CHECK(v.port == 99);
  CHECK(parse(v, {"u", "-p", "7"}).empty());
  CHECK(v.port == 7);
  ::setenv("WSB_TEST_PORT", "many", 1);
  CHECK(parse(v, {"u"}) ==
        "WSB_TEST_PORT: invalid number 'many': expected a whole number from 1 to 65535");
  ::unsetenv("WSB_TEST_PORT");
}

TEST_CASE("a mistake is one line that names the option as it was typed") {
  struct Case {
    std::vector<std::string> arguments;
    std::string text;
  };
  const Case cases[] = {
      {{}, "URL is missing: wsb try [options] URL [MSG...]"},
      {{"u", "--count", "x"}, "--count: invalid number 'x': expected a whole number from 0 to 100"},
      {{"u", "-c", "-1"}, "-c: invalid number '-1': expected a whole number from 0 to 100"},
      {{"u", "-c", "101"}, "-c: '101' is out of range: from 0 to 100"},
      {{"u", "-c", "99999999999999999999"},
       "-c: '99999999999999999999' is out of range: from 0 to 100"},
      {{"u", "-p", "0"}, "-p: '0' is out of range: from 1 to 65535"},
      {{"u", "--linger", "2h"}, "--linger: '2h' is out of range: from 0s to 1h"},
      {{"u", "--size", "2MiB"}, "--size: '2MiB' is out of range: from 1B to 1MiB"},
      {{"u", "-r", "0"}, "-r: '0' is out of range: more than 0, at most 1000/s"},
      {{"u", "--count"}, "option '--count' needs a value"},
      {{"u", "--binary=maybe"}, "--binary takes no value"},
      {{"u", "-count"}, "-c: did you mean '--count'?"},
      {{"-c", "ws://x"}, "-c: did you mean 'wsb connect ws://x'? -c is --count"},
      {{"u", "--cuont", "3"}, "unknown option '--cuont' (did you mean '--count'?)"},
      {{"u", "-bz"}, "unknown option '-z' in '-bz' (see 'wsb try -h')"},
      {{"u", "-bzb"}, "unknown option '-z' in '-bzb' (see 'wsb try -h')"},
      {{"u", "-b7"}, "unknown option '-7' in '-b7' (see 'wsb try -h')"},
      {{"-hi"}, "unknown option '-i' in '-hi' (see 'wsb try -h')"},
      {{"u", "-hx"},
       "unknown option '-x' in '-hx' (to send a message: wsb send URL 'message')"},
      {{"u", "-b\xc3\xbc"}, "unknown option '-\xc3\xbc' in '-b\xc3\xbc' (see 'wsb try -h')"},
      {{"u", "-x", "hi"}, "unknown option '-x' (to send a message: wsb send URL 'message')"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(refusal(c.arguments) == c.text);
  }
}

TEST_CASE("a mistyped duration says what is accepted") {
  CHECK(refusal({"u", "--linger", "soon"}) ==
        "--linger: invalid duration 'soon': expected a number with ns, us, ms, s, m or h, such as "
        "'200ms'");
}

TEST_CASE("an argument too many is named") {
  std::string only;
  Command command;
  command.name = "try";
  command.options = {{.names = "URL", .target = &only, .brief = ""}};
  const auto result = parse_arguments(command, {"one", "two\x1b"});
  REQUIRE_FALSE(result);
  CHECK(result.error().text() == "unexpected argument 'two\\x1b'");
}

TEST_CASE("help and version come before everything that is missing or wrong") {
  using Wish = ParseResult::Wish;
  Values v;
  const Command command = make(v);
  CHECK(parse_arguments(command, {"-h"})->wish == Wish::short_help);
  CHECK(parse_arguments(command, {"--count", "x", "--help"})->wish == Wish::long_help);
  CHECK(parse_arguments(command, {"--version"})->wish == Wish::version);
  CHECK(parse_arguments(command, {"-bh"})->wish == Wish::short_help);
  CHECK(parse_arguments(command, {"u", "--", "--help"})->wish == Wish::run);
}

// A file of options, for as long as the object lives.
class OptionsFile {
 public:
  explicit OptionsFile(const std::string& text)
      : name_("/tmp/wsb-test-" + std::to_string(::getpid()) + ".conf") {
    std::ofstream(name_) << text;
  }
  ~OptionsFile() { ::unlink(name_.c_str()); }
  OptionsFile(const OptionsFile&) = delete;
  OptionsFile& operator=(const OptionsFile&) = delete;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  const std::string name_;
};

Command with_config(Values& v, bool& port_given) {
  Command command;
  command.name = "try";
  command.options = {
      {.names = "-p,--port", .value = "PORT", .target = IntegerTarget{&v.port, 0, 65535},
       .brief = "", .env = "WSB_TEST_PORT", .given = &port_given},
      {.names = "-H,--header", .value = "'K: V'", .target = &v.headers, .brief = ""},
      {.names = "-b,--binary", .target = &v.binary, .brief = ""},
      {.names = "--config", .value = "FILE", .target = &v.url, .brief = ""},
  };
  return command;
}

TEST_CASE("the command line counts before the environment, and that before the file") {
  ::unsetenv("WSB_TEST_PORT");
  const OptionsFile file("port = 1\nheader = a\nheader = b\nbinary\n");
  const auto parsed = [&](std::vector<std::string> arguments) {
    Values v;
    bool given = false;
    arguments.insert(arguments.end(), {"--config", file.name()});
    const auto result = parse_arguments(with_config(v, given), arguments);
    if (!result) FAIL(result.error().text());
    CHECK(given);
    return v;
  };
  const Values from_file = parsed({});
  CHECK(from_file.port == 1);
  CHECK(from_file.headers == std::vector<std::string>{"a", "b"});
  CHECK(from_file.binary);
  ::setenv("WSB_TEST_PORT", "2", 1);
  CHECK(parsed({}).port == 2);
  const Values from_line = parsed({"-p", "3", "--header", "c", "--binary=false"});
  CHECK(from_line.port == 3);
  CHECK(from_line.headers == std::vector<std::string>{"c"});
  CHECK_FALSE(from_line.binary);
  ::unsetenv("WSB_TEST_PORT");
}

TEST_CASE("what a file says wrongly is wrong usage, with the file and the line") {
  const auto error = [](const std::string& name) {
    Values v;
    bool given = false;
    const auto result = parse_arguments(with_config(v, given), {"--config", name});
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::invalid_argument);
    return result.error().text();
  };
  const OptionsFile value("\nport = 70000\n");
  CHECK(error(value.name()) ==
        value.name() + ":2: port: '70000' is out of range: from 0 to 65535");
  const OptionsFile unknown("prt = 1\n");
  CHECK(error(unknown.name()) ==
        unknown.name() + ":1: unknown option 'prt' (did you mean 'port'?)");
  CHECK(error("/nonexistent").find("'/nonexistent'") != std::string::npos);
}

}  // namespace
}  // namespace wsb::cli
