#pragma once

// One command as data: its options with all their words, and what to run. Parsing, help, man pages
// and completions are made from this one definition. Built when asked for, main thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/base/units.h"

namespace wsb::cli {

// Where a value goes, and what it may be. The targets live as long as the command.
struct IntegerTarget {
  std::uint64_t* value;
  std::uint64_t min;
  std::uint64_t max;
};
struct CountTarget {
  std::optional<std::uint64_t>* value;
  std::uint64_t max;
};
struct DurationTarget {
  Duration* value;
  Duration min;
  Duration max;
};
struct SizeTarget {
  ByteSize* value;
  ByteSize min;
  ByteSize max;
};
struct RateTarget {
  Rate* value;
  Rate max;  // more than 0, at most this
};
struct OneCountTarget {  // a flag that stands for the count 1
  std::optional<std::uint64_t>* value;
};
struct LevelTarget {  // a flag that counts how often it is given
  unsigned* value;
};
using Target = std::variant<bool*, LevelTarget, std::string*, std::vector<std::string>*,
                            IntegerTarget, CountTarget, OneCountTarget, DurationTarget, SizeTarget,
                            RateTarget>;

enum class Hint { none, file, directory, url };  // what a completion offers for the value

struct Option {
  std::string_view names;      // "-H,--header"; a positional argument has no dash: "URL"
  std::string_view negated{};  // "--no-compress"
  std::string_view value{};    // what stands for the value in help; empty: a flag
  std::string_view group{};
  Target target;
  std::string_view brief;       // half a line
  std::string_view text{};      // whole sentences
  std::string_view fallback{};  // the default in words
  std::string_view range{};
  std::string_view env{};      // read when the option is not given
  std::string_view example{};  // a whole command line
  Hint hint = Hint::none;
  bool* given = nullptr;  // set when there is a value, wherever it comes from

  [[nodiscard]] bool positional() const { return !names.starts_with('-'); }
  [[nodiscard]] bool flag() const { return value.empty() && !positional(); }
  [[nodiscard]] bool repeatable() const {
    return std::holds_alternative<std::vector<std::string>*>(target);
  }
};

struct Example {
  std::string_view command;
  std::string_view text;
};

struct ExitCodeText {
  int code;
  std::string_view text;
};

struct Command {
  std::string_view name;
  std::string_view summary;      // one line
  std::string_view usage;        // after "wsb NAME "
  std::string_view description;  // for --help and the man page
  std::vector<Option> options;
  std::vector<Example> examples;
  std::vector<ExitCodeText> exit_codes;
  std::function<int()> run;  // after parsing; the exit status
};

// "-H", "--header": the dashed names of an option without its negation.
[[nodiscard]] std::vector<std::string_view> option_names(const Option& option);
// The first long name, or else the first name: how messages call it.
[[nodiscard]] std::string_view main_name(const Option& option);

// Builds one command; nullopt for an unknown name. `command_names()` lists them in their order.
[[nodiscard]] std::optional<Command> make_command(std::string_view name);
[[nodiscard]] const std::vector<std::string_view>& command_names();

[[nodiscard]] Command make_serve_command();
[[nodiscard]] Command make_connect_command();
[[nodiscard]] Command make_send_command();
[[nodiscard]] Command make_bench_command();

}  // namespace wsb::cli
