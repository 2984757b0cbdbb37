#include "cli/terminal_front.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "cli/client_notes.h"
#include "cli/client_verdict.h"
#include "cli/exit_status.h"
#include "cli/std_streams.h"
#include "core/app/socketio_text.h"
#include "core/base/encoding.h"
#include "core/base/text.h"
#include "core/base/units.h"

namespace wsb::cli {
namespace {

constexpr std::string_view kPrompt = "> ";
constexpr std::size_t kShownBytes = std::size_t{64} << 10U;
constexpr std::size_t kShownBinaryBytes = 256;
// With so much unwritten nothing more is taken from the network.
constexpr std::size_t kPendingBytes = std::size_t{256} << 10U;

// The bytes of one key arrive together; between Escape and the next key lies a human.
constexpr Duration kEscapeTime = std::chrono::milliseconds(100);

TimePoint now() { return std::chrono::steady_clock::now(); }

int poll_timeout(std::optional<TimePoint> a, std::optional<TimePoint> b) {
  if (!a || (b && *b < *a)) a = b;
  if (!a) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*a - now()).count();
  return static_cast<int>(std::max<decltype(left)>(left, 0));
}

}  // namespace

std::string show_message(const app::ClientReceived& message) {
  const bool binary = message.opcode == ws::Opcode::binary;
  BytesView payload = message.payload;
  const std::size_t limit = binary ? kShownBinaryBytes : kShownBytes;
  std::string rest;
  if (payload.size() > limit) {
    rest = " \u2026 +" + std::to_string(payload.size() - limit) + " bytes";
    payload = payload.substr(0, limit);
  }
  if (!binary) return printable(payload, "\n\t") + rest;
  return "[binary, " + std::to_string(message.payload.size()) + " bytes] " + hex_encode(payload) +
         rest;
}

void TerminalFront::Notes::write(LogLevel, std::string_view line) {
  front_->print(Style::Tone::dim, printable(line));
}

TerminalFront::TerminalFront(TerminalFrontConfig config, Signals& signals)
    : config_(std::move(config)),
      signals_(&signals),
      style_(Style::from_environment()),
      printer_(Terminal::columns(), Terminal::rows()),
      output_(kStdout) {}

app::ClientOutcome TerminalFront::talk(app::ClientLink& link) {
  redraw();
  flush(link);
  while (!finished()) wait(link);
  terminal_.restore();
  return std::move(outcome_);
}

bool TerminalFront::finished() const {
  return (ended_ && output_.empty()) || (give_up_ && now() >= *give_up_);
}

void TerminalFront::wait(app::ClientLink& link) {
  const bool take_more = !ended_ && output_.size() < kPendingBytes;
  std::array<pollfd, 4> fds{{
      {signals_->fd(), POLLIN, 0},
      {take_more ? link.wake_fd() : -1, POLLIN, 0},
      {keys_open_ ? kStdin : -1, POLLIN, 0},
      {output_.empty() ? -1 : kStdout, POLLOUT, 0},
  }};
  if (::poll(fds.data(), fds.size(), poll_timeout(give_up_, escape_ends_)) < 0) return;
  if (fds[0].revents != 0) take_signal(signals_->take(), link);
  if (fds[1].revents != 0) take_events(link);
  if (fds[2].revents != 0) {
    take_keys(link);
  } else if (escape_ends_ && now() >= *escape_ends_) {
    keys_.give_up();
    escape_ends_.reset();
  }
  flush(link);
}

void TerminalFront::take_signal(int signal, app::ClientLink& link) {
  if (signal == 0) return;
  if (signal == SIGWINCH) {
    printer_.resize(Terminal::columns(), Terminal::rows());
    redraw();
  } else if (signal == SIGTSTP) {
    suspend();
  } else if (signal == SIGQUIT || outcome_.signal != 0) {
    terminal_.restore();
    if (signal == SIGQUIT) die_of(SIGQUIT);
    std::_Exit(to_int(status_of_signal(signal)));
  } else {
    outcome_.signal = signal;
    give_up_ = now() + config_.close_timeout + std::chrono::seconds(1);
    link.stop(app::ClientStop::interrupted);
    close(link);
  }
}

void TerminalFront::suspend() {
  printer_.erase(output_.buffer());
  static_cast<void>(write_all(kStdout, output_.take()));
  terminal_.restore();
  ::raise(SIGSTOP);  // returns when the shell continues us
  terminal_.enter();
  printer_.resize(Terminal::columns(), Terminal::rows());
  redraw();
}

void TerminalFront::take_events(app::ClientLink& link) {
  const ClientNotes notes(notes_, config_.verbose);
  for (app::ClientEvent& event : link.take_events()) {
    if (const auto* message = std::get_if<app::ClientReceived>(&event)) {
      link.written(message->payload.size(), 1);
      print(Style::Tone::received, "< " + show_message(*message));
    } else if (const auto* opened = std::get_if<app::ClientOpened>(&event)) {
      notes.opened(opened->info);
      const std::string& chosen = opened->info.subprotocol;
      if (!config_.quiet) {
        print(Style::Tone::dim, "connected to " + printable(config_.url) +
                                    (chosen.empty() ? "" : " with " + printable(chosen)) +
                                    " (Ctrl-D closes)");
      }
    } else if (const auto* noted = std::get_if<app::ClientNoted>(&event)) {
      link.written(noted->text.size(), 1);
      notes.note(noted->text);
    } else if (const auto* ended = std::get_if<app::ClientEnded>(&event)) {
      ended_ = true;
      outcome_.report = ended->report;
      notes.ended(ended->report, ended->info);
      say_end(*ended);
    }
  }
}

// A failure gets its line from the verdict, once the terminal is the user's again.
void TerminalFront::say_end(const app::ClientEnded& ended) {
  close_prompt();
  if (config_.quiet || config_.verbose || !ended.report.opened) return;
  if (!judge(outcome_).text.empty()) return;
  print(Style::Tone::dim, printable(describe_end(ended.report)));
}

void TerminalFront::take_keys(app::ClientLink& link) {
  std::array<char, 4096> block;  // NOLINT: filled by read
  const ssize_t got = ::read(kStdin, block.data(), block.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) {
    keys_open_ = false;
    close(link);
    return;
  }
  for (const Key& key : keys_.feed({block.data(), static_cast<std::size_t>(got)})) {
    if (!press_signal(key, link) && input_open_) press(key, link);
  }
  escape_ends_.reset();
  if (keys_.waiting()) escape_ends_ = now() + kEscapeTime;
  redraw();
}

// The keys that the kernel would have made signals of; they work to the end.
bool TerminalFront::press_signal(const Key& key, app::ClientLink& link) {
  switch (key.kind) {
    case Key::Kind::interrupt: take_signal(SIGINT, link); return true;
    case Key::Kind::suspend: take_signal(SIGTSTP, link); return true;
    case Key::Kind::quit: take_signal(SIGQUIT, link); return true;
    default: return false;
  }
}

void TerminalFront::press(const Key& key, app::ClientLink& link) {
  switch (editor_.press(key)) {
    case LineEditor::Wish::none: break;
    case LineEditor::Wish::submit: send(link, editor_.entered()); break;
    case LineEditor::Wish::end_of_input: close(link); break;
    case LineEditor::Wish::clear_screen:
      printer_.forget();
      output_.buffer() += "\x1b[H\x1b[2J";
      break;
  }
}

void TerminalFront::send(app::ClientLink& link, const std::string& text) {
  if (text.empty()) return;
  if (config_.events) return send_event(link, text);
  print(Style::Tone::dim, std::string(kPrompt) + printable(text, "\n\t"));
  link.submit({{config_.binary ? ws::Opcode::binary : ws::Opcode::text, text}});
}

void TerminalFront::send_event(app::ClientLink& link, const std::string& text) {
  if (text.find_first_not_of(" \t\n") == std::string::npos) return;
  print(Style::Tone::dim, std::string(kPrompt) + printable(text, "\n\t"));
  auto event = app::parse_event_line(text, config_.binary);
  if (event) {
    link.submit({std::move(*event)});
  } else {
    print(Style::Tone::dim, "not sent: " + printable(event.error().text()));
  }
}

void TerminalFront::close(app::ClientLink& link) {
  if (!input_open_) return;
  close_prompt();
  link.quit();
}

void TerminalFront::close_prompt() {
  input_open_ = false;
  printer_.erase(output_.buffer());
}

void TerminalFront::print(Style::Tone tone, std::string_view text) {
  std::string& out = output_.buffer();
  printer_.erase(out);
  for (const std::string_view line : split(text, '\n')) {
    const bool first = line.data() == text.data();
    out += style_.paint(tone, (first ? "" : "  ") + std::string(line)) + "\n";
  }
}

void TerminalFront::redraw() {
  if (input_open_) printer_.draw(output_.buffer(), kPrompt, editor_.text(), editor_.cursor());
}

void TerminalFront::flush(app::ClientLink& link) {
  if (output_gone_) {
    static_cast<void>(output_.take());
    return;
  }
  if (!printer_.drawn()) redraw();
  const int failed = output_.write();
  if (failed == 0) return;
  output_gone_ = true;
  static_cast<void>(output_.take());  // else it would be tried again for ever
  input_open_ = false;
  outcome_.output_error =
      make_errno_error(ErrorCode::cannot_write, "cannot write to the terminal", failed);
  link.stop(app::ClientStop::cannot_write);
}

}  // namespace wsb::cli
