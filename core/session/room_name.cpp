#include "core/session/room_name.h"

#include <utility>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

namespace wsb::session {

Result<void> check_room_name(std::string_view name) {
  const auto refuse = [](std::string why) {
    return make_error(ErrorCode::invalid_argument, std::move(why));
  };
  if (name.empty()) return refuse("the name of the room is empty");
  if (name.size() > limits::kRoomNameBytes) {
    return refuse("the name of the room is longer than " + std::to_string(limits::kRoomNameBytes) +
                  " bytes");
  }
  if (!is_valid_utf8(name)) return refuse("the name of the room is not UTF-8");
  // What is printable as it stands has neither C0 nor C1 controls.
  if (printable(name) != name) return refuse("the name of the room has control characters");
  return {};
}

}  // namespace wsb::session
