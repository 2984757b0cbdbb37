#include "cli/suggest.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "core/base/text.h"

namespace wsb::cli {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row.back();
}

// Options of curl, wscat, websocat and of later habits, and what wsb says instead.
struct Foreign {
  std::string_view option;
  std::string_view instead;
  std::string_view needs{};  // an option of ours: no hint for a command without it
};
constexpr std::string_view kLinger = "the time to wait after the end of input is --linger";
constexpr std::array kForeign{
    Foreign{"-x", "to send a message: wsb send URL 'message'"},
    Foreign{"--execute", "to send a message: wsb send URL 'message'"},
    Foreign{"-w", kLinger, "--linger"},
    Foreign{"--wait", kLinger, "--linger"},
    Foreign{"-o", "the origin is a header: -H 'Origin: https://…'"},
    Foreign{"--origin", "the origin is a header: -H 'Origin: https://…'"},
    Foreign{"-u", "credentials go into the URL: ws://user:password@host/"},
    Foreign{"--auth", "credentials go into the URL: ws://user:password@host/"},
    Foreign{"-A", "the user agent is a header: -H 'User-Agent: …'"},
    Foreign{"-d", "messages are arguments: wsb send URL 'message'"},
    Foreign{"--data", "messages are arguments: wsb send URL 'message'"},
    Foreign{"--ca", "the file of trusted certificates is --cacert"},
    Foreign{"--no-check", "to accept any certificate: -k, --insecure"},
    Foreign{"-t", "text is the default"},
    Foreign{"--text", "text is the default"},
    Foreign{"-l", "to listen: wsb serve --port PORT"},
    Foreign{"--listen", "to listen: wsb serve --port PORT"},
};

bool looks_like_url(std::string_view value) {
  return value.starts_with("ws://") || value.starts_with("wss://") ||
         value.starts_with("http://") || value.starts_with("https://");
}

}  // namespace

std::string_view nearest(std::string_view typed, const std::vector<std::string_view>& names) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (const std::string_view name : names) {
    // An unfinished word counts as near.
    const bool begins = typed.size() >= 4 && name.starts_with(typed);
    const std::size_t distance = begins ? 1 : edit_distance(typed, name);
    if (distance < best_distance) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

std::string unknown_option(const Command& command, std::string_view typed,
                           std::string_view joined) {
  const std::string_view name = typed.substr(0, typed.find('='));
  const std::string text = "unknown option '" + printable(name) + "'" +
                           (joined.empty() ? "" : " in '" + printable(joined) + "'");
  std::vector<std::string_view> names{"--help", "--version"};
  for (const Option& option : command.options) {
    if (option.positional()) continue;
    for (const std::string_view known : option_names(option)) names.push_back(known);
    if (!option.negated.empty()) names.push_back(option.negated);
  }
  if (name.starts_with("--")) {
    const std::string_view near = nearest(name, names);
    if (!near.empty()) return text + " (did you mean '" + std::string(near) + "'?)";
  }
  const std::string_view key = name.starts_with("--") ? name : name.substr(0, 2);
  const auto has = [&names](std::string_view known) {
    return known.empty() || std::find(names.begin(), names.end(), known) != names.end();
  };
  for (const Foreign& foreign : kForeign) {
    if (foreign.option != key || !has(foreign.needs)) continue;
    return text + " (" + std::string(foreign.instead) + ")";
  }
  if (name.size() > 2 && !name.starts_with("--")) {
    const std::string longer = "-" + std::string(name);
    if (has(longer)) {
      return text + " (did you mean '" + longer + "'?)";
    }
  }
  return text + " (see 'wsb " + std::string(command.name) + " -h')";
}

std::string other_tools_hint(std::string_view option, std::string_view value) {
  if (option == "-c" && looks_like_url(value)) {
    return "did you mean 'wsb connect " + printable(value) + "'? -c is --count";
  }
  if (option == "-n" && looks_like_url(value)) {
    return "did you mean '-k " + printable(value) + "'? -n is --no-close";
  }
  return {};
}

}  // namespace wsb::cli
