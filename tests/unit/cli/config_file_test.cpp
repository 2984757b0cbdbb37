#include "cli/config_file.h"

#include <catch2/catch.hpp>

namespace wsb::cli {
namespace {

struct Values {
  std::uint64_t port = 0;
  std::string host;
  std::vector<std::string> origins;
  bool raw = false;
  std::string config;
  std::optional<std::uint64_t> count;
};

Command make(Values& v) {
  Command command;
  command.name = "serve";
  command.options = {
      {.names = "-p,--port", .value = "PORT", .target = IntegerTarget{&v.port, 0, 65535},
       .brief = ""},
      {.names = "--host", .value = "ADDRESS", .target = &v.host, .brief = ""},
      {.names = "--origin", .value = "ORIGIN", .target = &v.origins, .brief = ""},
      {.names = "--raw", .target = &v.raw, .brief = ""},
      {.names = "-1,--one-message", .target = OneCountTarget{&v.count}, .brief = ""},
      {.names = "--config", .value = "FILE", .target = &v.config, .brief = ""},
  };
  return command;
}

// "2 port=8080", in the order of the options.
std::vector<std::string> settings_in(const std::string& text) {
  Values values;
  const Command command = make(values);
  const auto file = ConfigFile::parse(text, "a.conf", command);
  if (!file) FAIL(file.error().text());
  std::vector<std::string> out;
  for (const Option& option : command.options) {
    for (const Setting* setting : file->of(option)) {
      out.push_back(std::to_string(setting->line) + ' ' + setting->name + '=' + setting->value);
    }
  }
  return out;
}

std::string error_in(const std::string& text) {
  Values values;
  const auto file = ConfigFile::parse(text, "a.conf", make(values));
  REQUIRE_FALSE(file);
  CHECK(file.error().code == ErrorCode::invalid_argument);
  return file.error().text();
}

using Lines = std::vector<std::string>;

TEST_CASE("a file has an option a line, comments and empty lines") {
  CHECK(settings_in("").empty());
  CHECK(settings_in("# nothing\n\n ; here\n").empty());
  CHECK(settings_in("# wsb\nport = 8080\r\n\n  host=\t::1  \nraw\n") ==
        Lines{"2 port=8080", "4 host=::1", "5 raw=true"});
  CHECK(settings_in("origin = https://a\norigin = https://b") ==
        Lines{"1 origin=https://a", "2 origin=https://b"});
  CHECK(settings_in("raw = true # on\none-message") == Lines{"1 raw=true", "2 one-message=true"});
  CHECK(settings_in("raw = false") == Lines{"1 raw=false"});
  CHECK(settings_in("raw # on") == Lines{"1 raw=true"});
}

TEST_CASE("a value ends at a comment, in quotes it is anything") {
  CHECK(settings_in("host = a#b # c # d") == Lines{"1 host=a#b"});
  CHECK(settings_in("host = \" a # \\\"b\\\" \\\\ = \"  # c") == Lines{"1 host= a # \"b\" \\ = "});
  CHECK(settings_in("host = \"\"") == Lines{"1 host="});
  CHECK(settings_in("origin = a=b") == Lines{"1 origin=a=b"});
}

TEST_CASE("what a file says wrongly is told with its line") {
  CHECK(error_in("\n\nprt = 1") == "a.conf:3: unknown option 'prt' (did you mean 'port'?)");
  CHECK(error_in("--port = 1") == "a.conf:1: unknown option '--port' (did you mean 'port'?)");
  CHECK(error_in("one_message") ==
        "a.conf:1: unknown option 'one_message' (did you mean 'one-message'?)");
  CHECK(error_in("p = 1") == "a.conf:1: unknown option 'p' (see 'wsb help serve')");
  CHECK(error_in("= 1") == "a.conf:1: unknown option '' (see 'wsb help serve')");
  CHECK(error_in("port") == "a.conf:1: port needs a value: 'port = ...'");
  CHECK(error_in("port # = 1") == "a.conf:1: port needs a value: 'port = ...'");
  CHECK(error_in("port = ") == "a.conf:1: the value is missing");
  CHECK(error_in("port = # 1") == "a.conf:1: the value is missing");
  CHECK(error_in("raw =") == "a.conf:1: the value is missing");
  CHECK(error_in("raw = yes") == "a.conf:1: raw is 'true' or 'false', not 'yes'");
  CHECK(error_in("one-message = false") == "a.conf:1: one-message takes no value");
  CHECK(error_in("host = \"a") == "a.conf:1: the closing quote is missing");
  CHECK(error_in("host = \"a\" b") == "a.conf:1: there is more behind the quotes");
  CHECK(error_in("host = \"\\n\"") == "a.conf:1: in quotes a '\\' stands before '\"' or '\\'");
  CHECK(error_in("[serve]") ==
        "a.conf:1: there are no sections: one option a line, 'port = 8080'");
  CHECK(error_in("origin = [\"a\"]") ==
        "a.conf:1: a list is written as several lines of the same name");
  CHECK(error_in("config = b.conf") == "a.conf:1: a file cannot name another one");
  CHECK(error_in("port = 1\nraw\nport = 2") == "a.conf:3: port is set already, in line 1");
}

TEST_CASE("a file that cannot be read is an error that names it") {
  Values values;
  const auto file = read_config_file("/nonexistent/a.conf", make(values));
  REQUIRE_FALSE(file);
  CHECK(file.error().code == ErrorCode::cannot_read);
  CHECK(file.error().text().find("'/nonexistent/a.conf'") != std::string::npos);
}

}  // namespace
}  // namespace wsb::cli
