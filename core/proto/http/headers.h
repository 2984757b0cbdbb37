#pragma once

// The header fields of one HTTP message: an ordered list, names compared without case (RFC 9110
// §5). Owned by the head it belongs to; value type, one thread at a time. Adding checks nothing:
// the parsers and the handshake check names and values with the functions below.

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wsb::http {

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> list) : list_(list) {}

  void add(std::string name, std::string value);
  // Replaces the first field of that name in its place and drops the others; adds it at the end if
  // there is none.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);

  // The first field of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  // True when one of the comma-separated lists of that name has `token` (RFC 9110 §5.6.1); the case
  // of letters does not count.
  [[nodiscard]] bool contains_token(std::string_view name, std::string_view token) const;

  [[nodiscard]] std::size_t size() const { return list_.size(); }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] auto begin() const { return list_.begin(); }
  [[nodiscard]] auto end() const { return list_.end(); }
  bool operator==(const Headers&) const = default;

  // "name: value\r\n" for each field; without the empty line that ends a head.
  void append_to(std::string& out) const;

 private:
  std::vector<Header> list_;
};

// RFC 9110 §5.6.2: a method, a header name, a subprotocol.
[[nodiscard]] bool is_token(std::string_view text);
// RFC 9110 §5.5: visible characters, spaces, tabs and bytes above 0x7F; no CR, LF, NUL or other
// control.
[[nodiscard]] bool is_header_value(std::string_view text);
// The members of a list, trimmed, empty ones left out. A separator inside a quoted string does not
// count.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view value,
                                                       char separator = ',');

}  // namespace wsb::http
