#pragma once

// The payload of an event or ack: a JSON array, kept as the texts of its elements. What an
// application relays goes out as it came in, byte for byte, without ever being a document.
// Value types and pure functions, any thread; objects that are parsed into keep their capacity.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/proto/socketio/packet.h"

namespace wsb::socketio {

// Borrows from the text that it was parsed from.
struct Event {
  std::string name;                 // decoded; of a number, which may stand for a name, its text
  std::vector<BytesView> elements;  // JSON: the name and the arguments

  [[nodiscard]] std::span<const BytesView> args() const {
    return std::span<const BytesView>(elements).subspan(1);
  }
};

// connect, connect_error, disconnect, disconnecting, newListener, removeListener: they are for the
// library's own use and do not travel.
[[nodiscard]] bool is_reserved_event(std::string_view name);

// Errors: protocol (no array, no name, a reserved name, ill-formed, too deep, too many elements).
[[nodiscard]] Result<void> parse_event(BytesView json, Event& event);
// Errors: the same, without those of a name.
[[nodiscard]] Result<void> parse_ack(BytesView json, std::vector<BytesView>& args);

// Packets whose arguments are JSON texts; with attachments, the binary types. The arguments'
// placeholders count from 0 and are as many as `attachments` at least.
void append_event(Bytes& out, std::string_view nsp, std::optional<std::uint64_t> id,
                  std::string_view name, std::span<const BytesView> args,
                  std::size_t attachments = 0);
void append_ack(Bytes& out, std::string_view nsp, std::uint64_t id, std::span<const BytesView> args,
                std::size_t attachments = 0);

}  // namespace wsb::socketio
