#include "core/proto/http/headers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"

namespace wsb::http {
namespace {

constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (unsigned c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
constexpr std::array<bool, 256> kToken = make_token_table();

}  // namespace

void Headers::add(std::string name, std::string value) {
  list_.push_back({std::move(name), std::move(value)});
}

void Headers::set(std::string_view name, std::string value) {
  const auto same = [&](const Header& h) { return equals_ignore_case(h.name, name); };
  const auto first = std::find_if(list_.begin(), list_.end(), same);
  if (first == list_.end()) {
    add(std::string(name), std::move(value));
    return;
  }
  first->value = std::move(value);
  list_.erase(std::remove_if(first + 1, list_.end(), same), list_.end());
}

void Headers::remove(std::string_view name) {
  std::erase_if(list_, [&](const Header& h) { return equals_ignore_case(h.name, name); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const Header& header : list_) {
    if (equals_ignore_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Header& header : list_) {
    if (equals_ignore_case(header.name, name)) values.emplace_back(header.value);
  }
  return values;
}

std::size_t Headers::count(std::string_view name) const { return all(name).size(); }

bool Headers::contains_token(std::string_view name, std::string_view token) const {
  for (const std::string_view value : all(name)) {
    for (const std::string_view member : split_list(value)) {
      if (equals_ignore_case(member, token)) return true;
    }
  }
  return false;
}

void Headers::append_to(std::string& out) const {
  for (const Header& header : list_) {
    out += header.name;
    out += ": ";
    out += header.value;
    out += "\r\n";
  }
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return kToken[static_cast<unsigned char>(c)]; });
}

bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
  });
}

std::vector<std::string_view> split_list(std::string_view value, char separator) {
  std::vector<std::string_view> members;
  const auto keep = [&](std::string_view member) {
    member = trim(member);
    if (!member.empty()) members.push_back(member);
  };
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (quoted && value[i] == '\\') {
      ++i;  // a quoted pair (RFC 9110 §5.6.4)
    } else if (value[i] == '"') {
      quoted = !quoted;
    } else if (value[i] == separator && !quoted) {
      keep(value.substr(start, i - start));
      start = i + 1;
    }
  }
  keep(value.substr(start));
  return members;
}

}  // namespace wsb::http
