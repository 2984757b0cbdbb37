#pragma once

// Where the attachments of a binary packet stand in its JSON: {"_placeholder":true,"num":0}. They
// are found in valid JSON at any depth, whatever the order of their members, as the official parser
// does, and numbered anew when only a part of a packet is relayed. Pure functions, any thread.

#include <cstddef>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace wsb::socketio {

struct Placeholder {
  std::size_t begin = 0;  // the object's place in the text
  std::size_t end = 0;
  std::size_t num = 0;
  bool operator==(const Placeholder&) const = default;
};

// In the order of the text; `found` is written over. `json` is a valid value.
// Errors: protocol ("illegal attachments": a num that is no index below `attachments`).
[[nodiscard]] Result<void> find_placeholders(BytesView json, std::size_t attachments,
                                             std::vector<Placeholder>& found);

// Appends `json` with its placeholders, as found, numbered from `order.size()` by their first
// appearance, and appends to `order` which attachments those are. An attachment that two
// placeholders name is one attachment still.
void append_renumbered(Bytes& out, BytesView json, const std::vector<Placeholder>& found,
                       std::vector<std::size_t>& order);

// {"_placeholder":true,"num":…}
void append_placeholder(Bytes& out, std::size_t num);

}  // namespace wsb::socketio
