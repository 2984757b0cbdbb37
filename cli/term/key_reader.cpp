#include "cli/term/key_reader.h"

#include <array>
#include <optional>

#include "cli/term/text_width.h"
#include "core/base/utf8.h"

namespace wsb::cli {
namespace {

using Kind = Key::Kind;

constexpr char kEscape = '\x1b';
constexpr char kInterrupt = '\x03';
constexpr std::string_view kPasteBegin = "\x1b[200~";
constexpr std::string_view kPasteEnd = "\x1b[201~";

std::optional<Kind> control_key(char byte) {
  switch (byte) {
    case '\r':
    case '\n': return Kind::enter;
    case '\x01': return Kind::home;
    case '\x02': return Kind::left;
    case kInterrupt: return Kind::interrupt;
    case '\x04': return Kind::end_of_input;
    case '\x05': return Kind::end;
    case '\x06': return Kind::right;
    case '\x08':
    case '\x7f': return Kind::backspace;
    case '\x0b': return Kind::kill_to_end;
    case '\x0c': return Kind::clear;
    case '\x0e': return Kind::down;
    case '\x10': return Kind::up;
    case '\x15': return Kind::kill_line;
    case '\x17': return Kind::kill_word;
    case '\x1a': return Kind::suspend;
    case '\x1c': return Kind::quit;
    default: return std::nullopt;
  }
}

struct Sequence {
  std::string_view text;
  Kind kind;
};
constexpr std::array kSequences{
    Sequence{"[A", Kind::up},           Sequence{"[B", Kind::down},
    Sequence{"[C", Kind::right},        Sequence{"[D", Kind::left},
    Sequence{"[H", Kind::home},         Sequence{"[F", Kind::end},
    Sequence{"[1~", Kind::home},        Sequence{"[7~", Kind::home},
    Sequence{"[4~", Kind::end},         Sequence{"[8~", Kind::end},
    Sequence{"[3~", Kind::erase},       Sequence{"[1;5C", Kind::word_right},
    Sequence{"[1;5D", Kind::word_left}, Sequence{"[1;3C", Kind::word_right},
    Sequence{"[1;3D", Kind::word_left}, Sequence{"OA", Kind::up},
    Sequence{"OB", Kind::down},         Sequence{"OC", Kind::right},
    Sequence{"OD", Kind::left},         Sequence{"OH", Kind::home},
    Sequence{"OF", Kind::end},          Sequence{"b", Kind::word_left},
    Sequence{"f", Kind::word_right},    Sequence{"\r", Kind::newline},
    Sequence{"\n", Kind::newline},      Sequence{"\x7f", Kind::kill_word},
};

// A control key is no part of an escape sequence, but for Alt-Enter: the Escape before it was
// pressed by itself.
bool is_own_key(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 && byte != '\r' && byte != '\n';
}

void add_sequence(std::vector<Key>& keys, std::string_view text) {
  for (const Sequence& sequence : kSequences) {
    if (sequence.text == text) keys.push_back({sequence.kind, ""});
  }
}

}  // namespace

std::vector<Key> KeyReader::feed(std::string_view bytes) {
  pending_ += bytes;
  std::vector<Key> keys;
  while (!pending_.empty()) {
    const std::size_t taken = pasting_ ? take_paste(keys) : take_one(keys);
    if (taken == 0) break;
    pending_.erase(0, taken);
  }
  return keys;
}

bool KeyReader::waiting() const { return !pasting_ && pending_.starts_with(kEscape); }

void KeyReader::give_up() {
  if (waiting()) pending_.clear();
}

std::size_t KeyReader::take_one(std::vector<Key>& keys) {
  const char byte = pending_.front();
  if (byte == kEscape) return take_escape(keys);
  if (const auto control = control_key(byte)) {
    keys.push_back({*control, ""});
    return 1;
  }
  if (byte == '\t') keys.push_back({Kind::text, "\t"});
  if (static_cast<unsigned char>(byte) < 0x20) return 1;
  return take_character(keys);
}

std::size_t KeyReader::take_escape(std::vector<Key>& keys) {
  if (pending_.size() < 2) return 0;
  if (pending_[1] == '[') return take_control_sequence(keys);
  const std::size_t length = pending_[1] == 'O' ? 3 : 2;
  if (pending_.size() < length) return is_own_key(pending_[1]) ? 1 : 0;
  if (is_own_key(pending_[length - 1])) return length - 1;
  add_sequence(keys, std::string_view(pending_).substr(1, length - 1));
  return length;
}

// ECMA-48 §5.4: parameters and intermediates, then one byte from 0x40 to 0x7E.
std::size_t KeyReader::take_control_sequence(std::vector<Key>& keys) {
  std::size_t end = 2;
  while (end < pending_.size() && (pending_[end] < 0x40 || pending_[end] > 0x7E)) {
    if (pending_[end] < 0x20) return end;  // broken off
    ++end;
  }
  if (end == pending_.size()) return 0;
  const std::string_view sequence = std::string_view(pending_).substr(0, end + 1);
  if (sequence == kPasteBegin) pasting_ = true;
  add_sequence(keys, sequence.substr(1));
  return sequence.size();
}

std::size_t KeyReader::take_paste(std::vector<Key>& keys) {
  const std::size_t end = pending_.find(kPasteEnd);
  // The end mark may be lost, and Ctrl-C must work all the same. Terminals paste no such byte.
  const std::size_t interrupt = pending_.find(kInterrupt);
  if (interrupt < end) {
    pasting_ = false;
    pasted_.clear();
    keys.push_back({Kind::interrupt, ""});
    return interrupt + 1;
  }
  if (end == std::string::npos) {
    // What may be the beginning of the end mark waits for the rest.
    const std::size_t safe =
        pending_.size() < kPasteEnd.size() ? 0 : pending_.size() - (kPasteEnd.size() - 1);
    pasted_.append(pending_, 0, safe);
    return safe;
  }
  pasted_.append(pending_, 0, end);
  pasting_ = false;
  std::string text;
  for (const char byte : pasted_) text += byte == '\r' ? '\n' : byte;
  pasted_.clear();
  if (is_valid_utf8(text)) keys.push_back({Kind::paste, std::move(text)});
  return end + kPasteEnd.size();
}

std::size_t KeyReader::take_character(std::vector<Key>& keys) {
  const std::size_t length = character_bytes(pending_);
  const std::string_view character = std::string_view(pending_).substr(0, length);
  if (is_valid_utf8(character)) {
    keys.push_back({Kind::text, std::string(character)});
    return length;
  }
  Utf8Validator validator;
  const bool may_become = validator.feed(pending_);
  return may_become ? 0 : 1;  // a byte that fits nowhere is dropped
}

}  // namespace wsb::cli
