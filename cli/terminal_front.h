#pragma once

// A client on a terminal: a prompt with an editor, received messages above it. Main thread.

#include <optional>
#include <string>

#include "cli/output_queue.h"
#include "cli/signals.h"
#include "cli/term/key_reader.h"
#include "cli/term/line_editor.h"
#include "cli/term/line_printer.h"
#include "cli/term/style.h"
#include "cli/term/terminal.h"
#include "core/app/client_front.h"
#include "core/base/log.h"

namespace wsb::cli {

struct TerminalFrontConfig {
  std::string url;  // for the greeting
  Duration close_timeout{};
  bool binary = false;
  bool events = false;  // of Socket.IO: what is typed is one
  bool quiet = false;
  bool verbose = false;
};

// The message as a terminal may show it: nothing in it drives the terminal, long ones are cut.
[[nodiscard]] std::string show_message(const app::ClientReceived& message);

class TerminalFront final : public app::ClientFront {
 public:
  TerminalFront(TerminalFrontConfig config, Signals& signals);

  [[nodiscard]] app::ClientOutcome talk(app::ClientLink& link) override;

 private:
  // Notes become lines above the prompt.
  class Notes final : public Log {
   public:
    explicit Notes(TerminalFront& front) : front_(&front) {}
    void write(LogLevel level, std::string_view line) override;
    [[nodiscard]] bool enabled(LogLevel) const override { return true; }

   private:
    TerminalFront* front_;
  };

  void wait(app::ClientLink& link);
  void take_signal(int signal, app::ClientLink& link);
  void take_events(app::ClientLink& link);
  void take_keys(app::ClientLink& link);
  [[nodiscard]] bool press_signal(const Key& key, app::ClientLink& link);
  void press(const Key& key, app::ClientLink& link);
  void send(app::ClientLink& link, const std::string& text);
  void send_event(app::ClientLink& link, const std::string& text);
  void close(app::ClientLink& link);
  void close_prompt();
  void suspend();
  void flush(app::ClientLink& link);
  void print(Style::Tone tone, std::string_view text);
  void redraw();
  void say_end(const app::ClientEnded& ended);
  [[nodiscard]] bool finished() const;

  TerminalFrontConfig config_;
  Signals* signals_;
  Style style_;
  Notes notes_{*this};
  Terminal terminal_;
  KeyReader keys_;
  LineEditor editor_;
  LinePrinter printer_;
  OutputQueue output_;
  app::ClientOutcome outcome_;
  bool keys_open_ = true;   // the terminal has not hung up
  bool input_open_ = true;  // the prompt is there
  bool output_gone_ = false;  // the terminal takes nothing any more
  bool ended_ = false;
  std::optional<TimePoint> give_up_;
  std::optional<TimePoint> escape_ends_;  // then an Escape was a key by itself
};

}  // namespace wsb::cli
