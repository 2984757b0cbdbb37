#include "core/app/send.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "core/app/client_lines.h"
#include "core/base/limits.h"
#include "core/base/units.h"

namespace wsb::app {
namespace {

Result<Bytes> read_file(const std::string& path) {
  const std::string name = "cannot read '" + path + "'";
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return make_errno_error(ErrorCode::cannot_read, name, errno);
  Bytes content;
  std::array<char, std::size_t{64} << 10U> block;  // NOLINT: filled by read
  ssize_t got = 0;
  do {
    got = ::read(fd, block.data(), block.size());
    if (got > 0) content.append(block.data(), static_cast<std::size_t>(got));
  } while ((got > 0 && content.size() <= limits::kInputLineBytes) || (got < 0 && errno == EINTR));
  const int read_errno = errno;
  ::close(fd);
  if (got < 0) return make_errno_error(ErrorCode::cannot_read, name, read_errno);
  if (content.size() > limits::kInputLineBytes) {
    return make_error(ErrorCode::cannot_read,
                      name + ": longer than " + format_byte_size({limits::kInputLineBytes}));
  }
  return content;
}

Result<ClientMessage> read_argument(const std::string& argument, ws::Opcode opcode) {
  if (argument.starts_with("@@")) return whole_message(opcode, argument.substr(1), "the message");
  if (!argument.starts_with("@")) return whole_message(opcode, argument, "the message");
  auto content = read_file(argument.substr(1));
  if (!content) return std::move(content).error();
  return whole_message(opcode, std::move(*content), "'" + argument.substr(1) + "'");
}

}  // namespace

Result<ClientInput> read_arguments(std::span<const std::string> arguments, ws::Opcode opcode) {
  using Stream = ClientInput::Stream;
  ClientInput input;
  input.opcode = opcode;
  for (const std::string& argument : arguments) {
    if (argument == "-" || argument == "@-") {
      if (input.stream != Stream::none) {
        return make_error(ErrorCode::invalid_argument, "standard input is used twice");
      }
      input.stream = argument == "-" ? Stream::lines : Stream::whole;
      continue;
    }
    auto message = read_argument(argument, opcode);
    if (!message) return std::move(message).error();
    (input.stream == Stream::none ? input.before : input.after).push_back(std::move(*message));
  }
  return input;
}

}  // namespace wsb::app
