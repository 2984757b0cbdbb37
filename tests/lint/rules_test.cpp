#include <catch2/catch.hpp>

#include <string>

#include "tests/lint/content_rules.h"
#include "tests/lint/include_rules.h"
#include "tests/lint/shape_rules.h"

using namespace wsb::lint;

namespace {

std::string repeated(const std::string& line, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += line;
  return out;
}

}  // namespace

TEST_CASE("a floor that includes upwards or sideways is found, downwards is fine") {
  const SourceTree tree = {
      {"core/base/a.h", "#include \"core/base/b.h\"\n#include \"core/stats/c.h\"\n"},
      {"core/hub/a.cpp", "#include \"core/load/b.h\"\n#include \"core/net/loop.h\"\n"},
      {"core/net/a.h", "#include \"core/net/lws/factory.h\"\n"},
      {"core/net/lws/a.cpp", "#include \"core/net/a.h\"\n#include \"core/net/tls/b.h\"\n"},
      {"core/proto/ws/a.cpp", "#include \"core/proto/http/head.h\"\n"},
      {"core/proto/http/a.cpp", "#include \"core/proto/ws/frame.h\"\n"},
      {"core/proto/engineio/a.h", "#include \"core/proto/http/query.h\"\n"},
      {"core/proto/socketio/a.h", "#include \"core/proto/engineio/packet.h\"\n"},
      {"core/app/a.cpp", "#include \"cli/b.h\"\n#include \"tests/support/c.h\"\n"},
      {"cli/a.cpp", "#include \"core/app/b.h\"\n#include \"cli/term/c.h\"\n"},
      {"cli/term/a.cpp", "#include \"cli/a.h\"\n"},
      {"core/strange/a.h", ""},
      {"core/a.h", ""},
  };
  CHECK(check_floors(tree) ==
        Findings{
            "core/base/a.h:2: core/base (floor 0) must not include core/stats (floor 1)",
            "core/hub/a.cpp:1: core/hub (floor 4) must not include core/load (floor 4)",
            "core/net/a.h:1: core/net (floor 2) must not include core/net/lws (floor 4)",
            "core/proto/http/a.cpp:1: core/proto/http (floor 1) must not include core/proto/ws "
            "(floor 1)",
            "core/proto/socketio/a.h:1: core/proto/socketio (floor 1) must not include "
            "core/proto/engineio (floor 1)",
            "core/app/a.cpp:1: core/app (floor 5) must not include cli (floor 6)",
            "core/app/a.cpp:2: the product includes a test",
            "cli/term/a.cpp:1: cli/term (floor 6) must not include cli (floor 6)",
            "core/strange/a.h:1: this folder has no floor",
            "core/a.h:1: this folder has no floor",
        });
}

TEST_CASE("an include that is not written from the root is found") {
  const SourceTree tree = {
      {"core/base/a.h", ""},
      {"core/base/b.cpp", "#include \"core/base/a.h\"\n#include <vector>\n#include \"a.h\"\n"}};
  CHECK(check_include_paths(tree) == Findings{"core/base/b.cpp:3: no file 'a.h' from the root"});
}

TEST_CASE("a library outside its fence is found") {
  const SourceTree tree = {
      {"core/net/lws/a.cpp",
       "#include <libwebsockets.h>\n#include <uv.h>\n#include <openssl/ssl.h>\n"},
      {"core/net/tls/a.cpp", "#include <openssl/ssl.h>\n#include <libwebsockets.h>\n"},
      {"core/net/a.h", "#include <uv.h>\n#include <openssl/ssl.h>\n"},
      {"core/app/a.cpp", "#include <CLI/CLI.hpp>\n  #include \"core/net/lws/factory.h\"\n"},
      {"cli/a.cpp", "#include <CLI/CLI.hpp>\n#include \"core/net/lws/factory.h\"\n"},
      {"core/report/a.h", "#include <nlohmann/json.hpp>\n"},
      {"core/report/a.cpp", "#include <nlohmann/json.hpp>\n#include <zlib.h>\n"},
      {"tests/unit/net/a_test.cpp", "#include \"core/net/lws/factory.h\"\n"},
  };
  CHECK(check_fences(tree) ==
        Findings{
            "core/net/tls/a.cpp:2: libwebsockets is included outside its fence",
            "core/net/a.h:1: libuv is included outside its fence",
            "core/net/a.h:2: OpenSSL is included outside its fence",
            "core/app/a.cpp:1: CLI11 is included outside its fence",
            "core/app/a.cpp:2: the libwebsockets adapter is included outside its fence",
            "core/report/a.h:1: nlohmann/json is included in a header",
            "core/report/a.cpp:2: zlib is included outside its fence",
        });
}

TEST_CASE("a line of 101 columns is found, and a letter of two bytes is one column") {
  const SourceTree tree = {{"core/base/a.cpp", std::string(101, 'x') + "\n"},
                           {"core/base/b.cpp", repeated("ä", 100) + "\n" + std::string(100, 'x')},
                           {"tests/e2e/c.py", "\n" + repeated("ä", 101)},
                           {"README.md", std::string(300, 'x')}};
  CHECK(check_columns(tree) ==
        Findings{"core/base/a.cpp:1: 101 columns", "tests/e2e/c.py:2: 101 columns"});
}

TEST_CASE("a file of 501 lines is found in the house and not outside") {
  const SourceTree tree = {{"core/base/a.cpp", repeated("x\n", 501)},
                           {"core/base/b.cpp", repeated("x\n", 500)},
                           {"tests/web/c.js", repeated("x\n", 502)},
                           {"completions/wsb.bash", repeated("x\n", 900)}};
  CHECK(check_file_lengths(tree) == Findings{"core/base/a.cpp:501: a file of 501 lines",
                                             "tests/web/c.js:502: a file of 502 lines"});
}

TEST_CASE("a function of 71 lines is found in every language") {
  const std::string body = repeated("  work;\n", 69);
  const std::string exact = repeated("  work;\n", 68);
  const SourceTree tree = {
      {"core/a.cpp", "int f(int a) {\n" + body + "}\nint g() {\n" + exact + "}\n"},
      {"tests/e2e/b.py", "import x\nasync def run(a):\n" + repeated("    pass\n", 70) + "x()\n"},
      {"tests/e2e/c.py", "def run(a):\n" + repeated("    pass\n", 69) + "\n\nx()\n"},
      {"tests/web/d.mjs", "async function main(a) {\n" + body + "}\n"},
      {"tests/run.sh", "install() {\n" + body + "}\nbuild() {\n" + exact + "}\n"}};
  CHECK(check_function_lengths(tree) ==
        Findings{"core/a.cpp:1: function 'f' of 71 lines",
                 "tests/e2e/b.py:2: function 'run' of 71 lines",
                 "tests/web/d.mjs:1: function 'async function main' of 71 lines",
                 "tests/run.sh:1: function 'install' of 71 lines"});
}

TEST_CASE("a tab is found") {
  const SourceTree tree = {{"core/base/a.cpp", "ok\n\tint x;\n"},
                           {"README.md", "a\tb"},
                           {"man/wsb.1", "a\tb"}};
  CHECK(check_tabs(tree) == Findings{"core/base/a.cpp:2: a tab", "README.md:1: a tab"});
}

TEST_CASE("names in the wrong case are found") {
  const SourceTree tree = {
      {"core/base/CloseCode.h", "class CloseCode {\n"},
      {"core/base/a.h",
       "struct close_code {\n  enum class Side { a };\n  class [[nodiscard]] out_box final {\n"
       "struct sockaddr_in address{};\nstruct lws_context;\nenum kind : int {\n"},
      {"tests/web/two-pages.mjs", ""},
      {"tests/web/README.md", ""}};
  CHECK(check_names(tree) ==
        Findings{"core/base/CloseCode.h:1: the name of this file is not snake_case",
                 "core/base/a.h:1: type 'close_code' is not CamelCase",
                 "core/base/a.h:3: type 'out_box' is not CamelCase",
                 "core/base/a.h:6: type 'kind' is not CamelCase",
                 "tests/web/two-pages.mjs:1: the name of this file is not snake_case"});
}

TEST_CASE("a header that does not say what it is for is found") {
  const SourceTree tree = {{"core/base/a.h", "#pragma once\n\n// What it is for.\n"},
                           {"core/base/b.h", "#pragma once\n\n#include <vector>\n"},
                           {"core/base/c.h", "// What it is for.\n"}};
  CHECK(check_header_heads(tree) ==
        Findings{"core/base/b.h:1: a header begins with #pragma once and what it is for",
                 "core/base/c.h:1: a header begins with #pragma once and what it is for"});
}

TEST_CASE("marks of unfinished work are found as words, not as parts of words") {
  const std::string todo = "TO" "DO";
  const SourceTree tree = {
      {"core/base/a.cpp", "// " + todo + ": later\nint " + todo + "S;\n// HA" "CK\n"},
      {"tests/run.sh", "mktemp -d /tmp/a.XXXXXX\n"},
      {"README.md", "It is not imple" "mented.\n(FIX" "ME)\nXX" "X\n"}};
  CHECK(check_leftovers(tree) == Findings{"core/base/a.cpp:1: leftover '" + todo + "'",
                                          "core/base/a.cpp:3: leftover 'HA" "CK'",
                                          "README.md:1: leftover 'not imple" "mented'",
                                          "README.md:2: leftover 'FIX" "ME'",
                                          "README.md:3: leftover 'XX" "X'"});
}

TEST_CASE("words of the workplace are found in every text") {
  const SourceTree tree = {{"README.md", "see /wo" "rk/main\n"},
                           {"man/wsb.1", "by a helper ag" "ent\n"},
                           {"core/base/a.h", "// network/ and work\n"}};
  CHECK(check_workplace_words(tree) == Findings{"README.md:1: mentions '/wo" "rk/'",
                                                "man/wsb.1:1: mentions 'helper ag" "ent'"});
}

TEST_CASE("a test that sleeps is found in every language") {
  const SourceTree tree = {
      {"tests/unit/a_test.cpp", "std::this_thread::sleep_for(1s);\nusleep(1);\nint sleeps;\n"},
      {"tests/e2e/b.py", "time.sleep(1)\nawait asyncio.sleep(0.1)\nawait asyncio.sleep(0)\n"},
      {"tests/web/c.mjs",
       "setTimeout(resolve, 100);\nsetTimeout(() => fail('late'), 100);\n"
       "await page.waitForTimeout(5);\n"},
      {"tests/e2e/d.sh", "sleep 1\nx; sleep 0.5\necho 'no sleep here'\nwait\n  sleep $n\n"},
      {"core/base/e.cpp", "usleep(1);\n"}};
  CHECK(check_sleeps(tree) ==
        Findings{"tests/unit/a_test.cpp:1: a test that sleeps",
                 "tests/unit/a_test.cpp:2: a test that sleeps",
                 "tests/e2e/b.py:1: a test that sleeps", "tests/e2e/b.py:2: a test that sleeps",
                 "tests/web/c.mjs:1: a test that sleeps", "tests/web/c.mjs:3: a test that sleeps",
                 "tests/e2e/d.sh:1: a test that sleeps", "tests/e2e/d.sh:2: a test that sleeps",
                 "tests/e2e/d.sh:5: a test that sleeps"});
}

TEST_CASE("a changelog without a section for what is not released is found") {
  CHECK(check_changelog({}) == Findings{"CHANGELOG.md:1: is missing"});
  CHECK(check_changelog({{"CHANGELOG.md", "# Changelog\n\n## 1.0\n"}}) ==
        Findings{"CHANGELOG.md:1: no section '## Unreleased'"});
  CHECK(check_changelog({{"CHANGELOG.md", "# Changelog\n\n## Unreleased\n"}}).empty());
}

TEST_CASE("a constant that is defined twice is found") {
  const SourceTree tree = {
      {"core/base/limits.h", "inline constexpr int kFramesMax = 3;\n"},
      {"core/hub/a.h", "inline constexpr std::size_t kFramesMax = 4;\n"},
      {"core/hub/b.cpp", "constexpr auto kFramesMax{5};\nconst int x = limits::kFramesMax;\n"},
      {"core/load/c.h", "inline constexpr int kRate = 1;\n"},
      {"core/net/d.h", "inline constexpr int kRate = 1;\n"},
      {"core/net/e.cpp", "constexpr int kOwn = 1;\n"},
      {"core/net/f.cpp", "constexpr int kOwn = 2;\n"}};
  CHECK(check_limits(tree) ==
        Findings{"core/hub/a.h:1: constant 'kFramesMax' is defined in core/base/limits.h too",
                 "core/hub/b.cpp:1: constant 'kFramesMax' is defined in core/base/limits.h too",
                 "core/net/d.h:1: constant 'kRate' is defined in core/load/c.h too"});
}

TEST_CASE("a source without its unit test is found, and so is a needless exemption") {
  const SourceTree tree = {{"cli/main.cpp", ""},           {"cli/term/style.cpp", ""},
                           {"core/base/a.cpp", ""},        {"core/base/b.cpp", ""},
                           {"core/base/c.h", ""},          {"core/proto/ws/d.cpp", ""},
                           {"tests/unit/base/b_test.cpp", ""},
                           {"tests/unit/cli/term/style_test.cpp", ""}};
  CHECK(check_unit_tests(tree, {{"cli/main.cpp", "why"},
                                {"core/base/b.cpp", "why"},
                                {"core/gone.cpp", "why"}}) ==
        Findings{"core/base/a.cpp:1: has no tests/unit/base/a_test.cpp",
                 "core/base/b.cpp:1: is exempt but has tests/unit/base/b_test.cpp",
                 "core/proto/ws/d.cpp:1: has no tests/unit/proto/ws/d_test.cpp",
                 "core/gone.cpp:1: is exempt but does not exist"});
}
