#include "cli/pipe_front.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "cli/exit_status.h"
#include "cli/std_streams.h"
#include "core/base/limits.h"

namespace wsb::cli {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} << 10U;
// With so much formatted and unwritten nothing more is taken from the network.
constexpr std::size_t kPendingBytes = std::size_t{256} << 10U;
TimePoint now() { return std::chrono::steady_clock::now(); }

int poll_timeout(const std::optional<TimePoint>& until) {
  if (!until) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - now()).count();
  return left <= 0 ? 0 : static_cast<int>(left);
}

}  // namespace

PipeFront::PipeFront(PipeFrontConfig config, Signals& signals, const ClientNotes& notes)
    : config_(std::move(config)),
      signals_(&signals),
      notes_(&notes),
      lines_(config_.input.opcode,
             config_.input.events ? app::LineReader::Form::event : app::LineReader::Form::message),
      format_(::isatty(kStdout) == 1),
      output_(kStdout) {}

app::ClientOutcome PipeFront::talk(app::ClientLink& link) {
  begin(link);
  while (!finished()) wait(link);
  return std::move(outcome_);
}

void PipeFront::begin(app::ClientLink& link) {
  if (!config_.input.before.empty()) link.submit(std::move(config_.input.before));
  input_open_ = config_.input.stream != app::ClientInput::Stream::none;
  if (!input_open_) finish_input(link);
}

bool PipeFront::finished() const {
  if (ended_ && (output_gone_ || output_.empty())) return true;
  return give_up_ && now() >= *give_up_;
}

void PipeFront::wait(app::ClientLink& link) {
  const bool output_waits = !output_.empty() && !output_gone_;
  const bool take_more = !ended_ && (output_gone_ || output_.size() < kPendingBytes);
  const bool watch = config_.watch_reader && output_.is_pipe() && opened_ && !output_gone_;
  const auto fd_if = [](bool wanted, int fd) { return wanted ? fd : -1; };
  const auto event_if = [](bool wanted, int event) {
    return static_cast<short>(wanted ? event : 0);
  };
  std::array<pollfd, 4> fds{{
      {signals_->fd(), POLLIN, 0},
      {fd_if(take_more, link.wake_fd()), POLLIN, 0},
      {fd_if(input_open_ && link.room() > 0, kStdin), POLLIN, 0},
      {fd_if(output_waits || watch, kStdout), event_if(output_waits, POLLOUT), 0},
  }};
  if (::poll(fds.data(), fds.size(), poll_timeout(give_up_)) < 0) return;  // EINTR: ask again
  if (fds[0].revents != 0) take_signal(link);
  if (fds[1].revents != 0) take_events(link);
  if (fds[2].revents != 0) read_input(link);
  if (output_waits && fds[3].revents != 0) write_output(link);
  if (!output_waits && (fds[3].revents & POLLERR) != 0) fail_output(link, EPIPE);
}

void PipeFront::take_events(app::ClientLink& link) {
  for (app::ClientEvent& event : link.take_events()) {
    if (auto* message = std::get_if<app::ClientReceived>(&event)) {
      take(std::move(*message), link);
    } else if (auto* opened = std::get_if<app::ClientOpened>(&event)) {
      opened_ = true;
      notes_->opened(opened->info);
    } else if (auto* noted = std::get_if<app::ClientNoted>(&event)) {
      link.written(noted->text.size(), 1);
      notes_->note(noted->text);
    } else if (auto* ended = std::get_if<app::ClientEnded>(&event)) {
      ended_ = true;
      outcome_.report = std::move(ended->report);
      notes_->ended(outcome_.report, ended->info);
    }
  }
  write_output(link);
}

void PipeFront::take(app::ClientReceived&& message, app::ClientLink& link) {
  link.written(message.payload.size(), 1);
  if (output_gone_) return;
  const auto warning = format_.append(output_.buffer(), message.opcode, message.payload);
  if (warning) notes_->warning(*warning);
}

void PipeFront::read_input(app::ClientLink& link) {
  std::array<char, kReadBytes> block;  // NOLINT: filled by read
  const ssize_t got = ::read(kStdin, block.data(), block.size());
  if (got > 0) {
    take_input(link, {block.data(), static_cast<std::size_t>(got)});
  } else if (got == 0 || errno == EBADF) {
    finish_input(link);
  } else if (errno != EINTR && errno != EAGAIN) {
    fail_input(link, make_errno_error(ErrorCode::cannot_read, "cannot read standard input", errno));
  }
}

void PipeFront::take_input(app::ClientLink& link, BytesView bytes) {
  if (config_.input.stream == app::ClientInput::Stream::whole) {
    whole_input_ += bytes;
    if (whole_input_.size() <= limits::kInputLineBytes) return;
    fail_input(link, make_error(ErrorCode::cannot_read, "standard input is longer than 1GiB"));
    return;
  }
  std::vector<app::ClientMessage> messages;
  auto taken = lines_.feed(bytes, messages);
  if (!messages.empty()) link.submit(std::move(messages));
  if (!taken) fail_input(link, std::move(taken).error());
}

void PipeFront::finish_input(app::ClientLink& link) {
  std::vector<app::ClientMessage> messages;
  Result<void> taken;
  if (config_.input.stream == app::ClientInput::Stream::whole) {
    auto message =
        app::whole_message(config_.input.opcode, std::move(whole_input_), "standard input");
    if (message)
      messages.push_back(std::move(*message));
    else
      taken = std::move(message).error();
  } else {
    taken = lines_.finish(messages);
  }
  if (!taken) {
    fail_input(link, std::move(taken).error());
    return;
  }
  for (app::ClientMessage& message : config_.input.after) messages.push_back(std::move(message));
  if (!messages.empty()) link.submit(std::move(messages));
  input_open_ = false;
  link.end_input();
}

// What was read before is still sent, then the connection is closed in order.
void PipeFront::fail_input(app::ClientLink& link, Error error) {
  input_open_ = false;
  outcome_.input_error = std::move(error);
  link.quit();
}

void PipeFront::write_output(app::ClientLink& link) {
  if (output_gone_) return;
  if (const int failed = output_.write()) fail_output(link, failed);
}

void PipeFront::fail_output(app::ClientLink& link, int sys_errno) {
  output_gone_ = true;
  static_cast<void>(output_.take());  // nobody will read it
  if (sys_errno == EPIPE) {
    outcome_.broken_pipe = true;
  } else {
    outcome_.output_error =
        make_errno_error(ErrorCode::cannot_write, "cannot write standard output", sys_errno);
  }
  input_open_ = false;
  link.stop(app::ClientStop::cannot_write);
}

void PipeFront::take_signal(app::ClientLink& link) {
  const int signal = signals_->take();
  if (signal == 0) return;
  if (outcome_.signal != 0) std::_Exit(to_int(status_of_signal(signal)));
  outcome_.signal = signal;
  input_open_ = false;
  give_up_ = now() + config_.close_timeout + std::chrono::seconds(1);
  link.stop(app::ClientStop::interrupted);
}

}  // namespace wsb::cli
