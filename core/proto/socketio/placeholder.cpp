#include "core/proto/socketio/placeholder.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "core/base/json_scanner.h"

namespace wsb::socketio {
namespace {

// Without a key that could say _placeholder there is nothing to find; keys may have escapes.
bool may_have_placeholders(BytesView json) {
  return json.find("_placeholder") != BytesView::npos || json.find('\\') != BytesView::npos;
}

// Walks through valid JSON with a list of the objects that are open.
class Finder {
 public:
  Finder(BytesView json, std::size_t attachments, std::vector<Placeholder>& found)
      : json_(json), attachments_(attachments), found_(found) {}

  // False: a placeholder names no attachment.
  bool run() {
    while (at_ < json_.size()) {
      const char c = json_[at_];
      if (c == '"') {
        on_string();
        continue;
      }
      if (c == '{') open_.push_back({at_, true});
      if (c == '[') open_.push_back({at_, false});
      if (c == ',' && !open_.empty()) open_.back().has_key = false;
      if ((c == '}' || c == ']') && !on_end()) return false;
      if (is_scalar(c)) {
        on_value(take_scalar());
        continue;
      }
      ++at_;
    }
    return true;
  }

 private:
  enum class Key { other, placeholder, num };
  struct Container {
    std::size_t begin = 0;
    bool is_object = false;
    bool has_key = false;         // its value is next
    bool is_placeholder = false;  // what its last _placeholder says
    std::optional<std::size_t> num{};
    Key key = Key::other;
  };

  static bool is_scalar(char c) {
    return c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' || c == 'n';
  }

  BytesView take_scalar() {
    const std::size_t begin = at_;
    at_ = std::min(json_.find_first_of(" \t\r\n,]}", at_), json_.size());
    return json_.substr(begin, at_ - begin);
  }

  BytesView take_string() {
    const std::size_t begin = at_;
    for (++at_; json_[at_] != '"'; ++at_) {
      if (json_[at_] == '\\') ++at_;
    }
    ++at_;
    return json_.substr(begin, at_ - begin);
  }

  void on_string() {
    const BytesView text = take_string();
    if (open_.empty() || !open_.back().is_object || open_.back().has_key) {
      on_value(text);
      return;
    }
    if (!read_json_string(text, key_)) key_.clear();
    Container& object = open_.back();
    object.has_key = true;
    object.key = key_ == "_placeholder" ? Key::placeholder : key_ == "num" ? Key::num : Key::other;
  }

  void on_value(BytesView text) {
    if (open_.empty() || !open_.back().is_object) return;
    Container& object = open_.back();
    if (object.key == Key::placeholder) object.is_placeholder = text == "true";
    if (object.key == Key::num) object.num = index_of(text);
  }

  bool on_end() {
    const Container ended = open_.back();
    open_.pop_back();
    if (!ended.is_placeholder) {
      on_value(json_.substr(ended.begin, 1));  // a container is neither true nor an index
      return true;
    }
    if (!ended.num || *ended.num >= attachments_) return false;
    // What stands inside of a placeholder is no part of the message.
    while (!found_.empty() && found_.back().begin > ended.begin) found_.pop_back();
    found_.push_back({ended.begin, at_ + 1, *ended.num});
    on_value(json_.substr(ended.begin, 1));
    return true;
  }

  static std::optional<std::size_t> index_of(BytesView text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
  }

  BytesView json_;
  std::size_t attachments_;
  std::vector<Placeholder>& found_;
  std::vector<Container> open_;
  std::string key_;
  std::size_t at_ = 0;
};

}  // namespace

Result<void> find_placeholders(BytesView json, std::size_t attachments,
                               std::vector<Placeholder>& found) {
  found.clear();
  if (!may_have_placeholders(json)) return {};
  if (Finder(json, attachments, found).run()) return {};
  return make_error(ErrorCode::protocol, "illegal attachments: a placeholder names none of the " +
                                             std::to_string(attachments));
}

void append_renumbered(Bytes& out, BytesView json, const std::vector<Placeholder>& found,
                       std::vector<std::size_t>& order) {
  std::size_t from = 0;
  for (const Placeholder& placeholder : found) {
    out.append(json.substr(from, placeholder.begin - from));
    const auto known = std::find(order.begin(), order.end(), placeholder.num);
    const auto num = static_cast<std::size_t>(known - order.begin());
    if (known == order.end()) order.push_back(placeholder.num);
    append_placeholder(out, num);
    from = placeholder.end;
  }
  out.append(json.substr(from));
}

void append_placeholder(Bytes& out, std::size_t num) {
  out += R"({"_placeholder":true,"num":)" + std::to_string(num) + "}";
}

}  // namespace wsb::socketio
