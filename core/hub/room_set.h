#pragma once

// The rooms that a message goes to, or that a client is in: a sorted set of names that many share
// and nobody changes. The room of those who ask for none has the empty name. Any thread.

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wsb::hub {

class RoomSet {
 public:
  explicit RoomSet(std::vector<std::string> names) : names_(std::move(names)) {
    std::sort(names_.begin(), names_.end());
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
    for (const std::string& name : names_) (key_ += name) += '\n';
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool contains(std::string_view name) const {
    return std::binary_search(names_.begin(), names_.end(), name);
  }
  // Names the set: no room's name has a line end.
  [[nodiscard]] const std::string& key() const { return key_; }

 private:
  std::vector<std::string> names_;
  std::string key_;
};

// nullptr: the room without a name, alone.
using RoomsRef = std::shared_ptr<const RoomSet>;

[[nodiscard]] inline RoomsRef make_rooms(std::vector<std::string> names) {
  auto rooms = std::make_shared<const RoomSet>(std::move(names));
  if (rooms->names().size() == 1 && rooms->names().front().empty()) return nullptr;
  return rooms;
}

}  // namespace wsb::hub
