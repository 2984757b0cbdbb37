#pragma once

// In which rooms somebody may do a thing. Value type, any thread.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wsb::session {

class RoomRights {
 public:
  [[nodiscard]] static RoomRights everywhere() { return RoomRights(true, {}); }
  [[nodiscard]] static RoomRights nowhere() { return RoomRights(false, {}); }
  [[nodiscard]] static RoomRights only(std::vector<std::string> rooms) {
    return RoomRights(false, std::move(rooms));
  }

  // The empty name is the room of those who ask for none.
  [[nodiscard]] bool allow(std::string_view room) const {
    return everywhere_ || std::find(rooms_.begin(), rooms_.end(), room) != rooms_.end();
  }
  // Whether there is any room at all.
  [[nodiscard]] bool any() const { return everywhere_ || !rooms_.empty(); }
  bool operator==(const RoomRights&) const = default;

 private:
  RoomRights(bool everywhere, std::vector<std::string> rooms)
      : everywhere_(everywhere), rooms_(std::move(rooms)) {}

  bool everywhere_;
  std::vector<std::string> rooms_;
};

}  // namespace wsb::session
