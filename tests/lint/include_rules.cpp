#include "tests/lint/include_rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace wsb::lint {
namespace {

struct Floor {
  std::string_view folder;
  int number;
};

// The longest match counts, so that core/net/lws is not core/net.
constexpr std::array<Floor, 21> kFloors = {{
    {"core/base", 0},
    {"core/proto/ws", 1},
    {"core/proto/http", 1},
    {"core/proto/proxy", 1},
    {"core/proto/engineio", 1},
    {"core/proto/socketio", 1},
    {"core/proto/resp", 1},
    {"core/stats", 1},
    {"core/net", 2},
    {"core/record", 2},
    {"core/report", 2},
    {"core/session", 3},
    {"core/bus", 3},
    {"core/net/tls", 3},
    {"core/hub", 4},
    {"core/load", 4},
    {"core/net/lws", 4},
    {"core/app", 5},
    {"cli", 6},
    {"cli/term", 6},
    {"cli/web", 6},
}};

// Folders of one floor that may look sideways, and why.
struct Sideways {
  std::string_view from;
  std::string_view to;
  std::string_view why;
};
constexpr std::array<Sideways, 4> kSideways = {{
    {"core/proto/ws", "core/proto/http", "the opening handshake is an HTTP request"},
    {"core/proto/engineio", "core/proto/http", "its sessions are opened by HTTP requests"},
    {"cli", "cli/term", "the words are printed on the terminal"},
    {"cli", "cli/web", "the page is handed to the server"},
}};

struct Include {
  std::size_t line;
  std::string path;
  bool quoted;
};

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> includes;
  std::size_t number = 0;
  for (std::string_view line : lines_of(file.text)) {
    ++number;
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (!line.starts_with("#include ")) continue;
    line.remove_prefix(9);
    if (line.size() < 2) continue;
    const char closing = line.front() == '<' ? '>' : '"';
    includes.push_back({number, std::string(line.substr(1, line.find(closing, 1) - 1)),
                        closing == '"'});
  }
  return includes;
}

const Floor* floor_of(std::string_view path) {
  const Floor* best = nullptr;
  for (const Floor& floor : kFloors) {
    const SourceFile probe{std::string(path), {}};
    if (probe.under(floor.folder) && (!best || floor.folder.size() > best->folder.size())) {
      best = &floor;
    }
  }
  return best;
}

bool may_look_sideways(const Floor& from, const Floor& to) {
  return std::any_of(kSideways.begin(), kSideways.end(), [&](const Sideways& pair) {
    return pair.from == from.folder && pair.to == to.folder;
  });
}

std::string describe(const Floor& floor) {
  return std::string(floor.folder) + " (floor " + std::to_string(floor.number) + ")";
}

void check_floor(const SourceFile& file, const Floor& own, const Include& include,
                 Findings& findings) {
  if (include.path.starts_with("tests/")) {
    findings.push_back(finding(file, include.line, "the product includes a test"));
  }
  const Floor* other = floor_of(include.path);
  if (other == nullptr || other->folder == own.folder || other->number < own.number) return;
  if (may_look_sideways(own, *other)) return;
  findings.push_back(finding(file, include.line,
                             describe(own) + " must not include " + describe(*other)));
}

struct Fence {
  std::string_view header;  // the beginning of what is included
  std::string_view what;
  std::array<std::string_view, 4> folders;  // where it may be included
};

constexpr std::array<Fence, 7> kFences = {{
    {"libwebsockets", "libwebsockets", {"core/net/lws"}},
    {"lws", "libwebsockets", {"core/net/lws"}},
    {"uv.h", "libuv", {"core/net/lws"}},
    {"openssl/", "OpenSSL", {"core/net/tls", "core/net/lws", "tests/support", "tests/unit/net"}},
    {"zlib.h", "zlib", {"core/proto/ws", "core/proto/http", "tests/unit/proto"}},
    {"CLI/", "CLI11", {"cli"}},
    {"core/net/lws/", "the libwebsockets adapter", {"core/net/lws", "cli", "tests"}},
}};

bool is_within(const SourceFile& file, const Fence& fence) {
  return std::any_of(fence.folders.begin(), fence.folders.end(), [&](std::string_view folder) {
    return !folder.empty() && file.under(folder);
  });
}

}  // namespace

Findings check_floors(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!file.is_cpp() || !(file.under("core") || file.under("cli"))) continue;
    const Floor* own = floor_of(file.path);
    if (own == nullptr) {
      findings.push_back(finding(file, 1, "this folder has no floor"));
      continue;
    }
    for (const Include& include : includes_of(file)) check_floor(file, *own, include, findings);
  }
  return findings;
}

Findings check_include_paths(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!file.is_cpp()) continue;
    for (const Include& include : includes_of(file)) {
      const bool generated = include.path.starts_with("generated/");
      if (!include.quoted || generated || find_file(tree, include.path)) continue;
      findings.push_back(
          finding(file, include.line, "no file '" + include.path + "' from the root"));
    }
  }
  return findings;
}

Findings check_fences(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!file.is_cpp()) continue;
    for (const Include& include : includes_of(file)) {
      for (const Fence& fence : kFences) {
        if (!include.path.starts_with(fence.header) || is_within(file, fence)) continue;
        findings.push_back(finding(file, include.line,
                                   std::string(fence.what) + " is included outside its fence"));
      }
      if (include.path.starts_with("nlohmann/") && !file.has_extension(".cpp")) {
        findings.push_back(finding(file, include.line, "nlohmann/json is included in a header"));
      }
    }
  }
  return findings;
}

}  // namespace wsb::lint
