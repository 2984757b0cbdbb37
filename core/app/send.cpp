#include "core/app/send.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "core/app/client_lines.h"
#include "core/app/socketio_text.h"
#include "core/base/limits.h"
#include "core/base/units.h"
#include "core/base/utf8.h"

namespace wsb::app {
namespace {

Result<Bytes> read_all(int fd, const std::string& name) {
  Bytes content;
  std::array<char, std::size_t{64} << 10U> block;  // NOLINT: filled by read
  ssize_t got = 0;
  do {
    got = ::read(fd, block.data(), block.size());
    if (got > 0) content.append(block.data(), static_cast<std::size_t>(got));
  } while ((got > 0 && content.size() <= limits::kInputLineBytes) || (got < 0 && errno == EINTR));
  if (got < 0) return make_errno_error(ErrorCode::cannot_read, name, errno);
  if (content.size() > limits::kInputLineBytes) {
    return make_error(ErrorCode::cannot_read,
                      name + ": longer than " + format_byte_size({limits::kInputLineBytes}));
  }
  return content;
}

Result<Bytes> read_file(const std::string& path) {
  const std::string name = "cannot read '" + path + "'";
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return make_errno_error(ErrorCode::cannot_read, name, errno);
  auto content = read_all(fd, name);
  ::close(fd);
  return content;
}

Result<ClientMessage> read_argument(const std::string& argument, ws::Opcode opcode) {
  if (argument.starts_with("@@")) return whole_message(opcode, argument.substr(1), "the message");
  if (!argument.starts_with("@")) return whole_message(opcode, argument, "the message");
  auto content = read_file(argument.substr(1));
  if (!content) return std::move(content).error();
  return whole_message(opcode, std::move(*content), "'" + argument.substr(1) + "'");
}

Result<EventArgument> read_event_argument(const std::string& argument, bool binary) {
  const bool from_stream = argument.starts_with("@") && !argument.starts_with("@@");
  if (!from_stream) {
    const std::string text = argument.substr(argument.starts_with("@@") ? 1 : 0);
    if (is_valid_utf8(text)) return event_argument(text);
    return make_error(ErrorCode::cannot_read, "an argument is not UTF-8 (for binary: @file, -b)");
  }
  const std::string name = argument.substr(1);
  auto content = name == "-" ? read_all(STDIN_FILENO, "cannot read standard input")
                             : read_file(name);
  if (!content) return std::move(content).error();
  if (binary) return EventArgument{EventArgument::Kind::binary, std::move(*content)};
  if (is_valid_utf8(*content)) return event_argument(*content);
  return make_error(ErrorCode::cannot_read,
                    (name == "-" ? "standard input" : "'" + name + "'") +
                        " is not UTF-8 (to send it all the same, use --binary)");
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

Result<ClientInput> read_event_arguments(std::span<const std::string> arguments,
                                         ws::Opcode opcode) {
  ClientInput input;
  input.opcode = opcode;
  input.events = true;
  if (arguments.empty()) return input;
  const std::string& name = arguments.front();
  if (arguments.size() == 1 && name == "-") {
    input.stream = ClientInput::Stream::lines;
    return input;
  }
  if (!is_valid_utf8(name)) return make_error(ErrorCode::cannot_read, "the event is not UTF-8");
  const bool binary = opcode == ws::Opcode::binary;
  std::vector<EventArgument> read;
  bool stdin_read = false;
  for (const std::string& argument : arguments.subspan(1)) {
    if (argument == "@-" && std::exchange(stdin_read, true)) {
      return make_error(ErrorCode::invalid_argument, "standard input is used twice");
    }
    auto one = read_event_argument(argument, binary);
    if (!one) return std::move(one).error();
    read.push_back(std::move(*one));
  }
  auto event = read.empty() ? parse_event_line(name, binary) : make_event(name, read);
  if (!event) return make_error(ErrorCode::invalid_argument, event.error().text());
  input.before.push_back(std::move(*event));
  return input;
}

}  // namespace wsb::app
