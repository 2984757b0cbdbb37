#pragma once

// A client without a terminal: messages from standard input and from arguments, payloads to
// standard output and nothing else. Input is read only as fast as the connection takes it, received
// messages are taken only as fast as they can be written. The flags of the streams are never
// changed; whatever might block is asked first. Main thread.

#include <optional>
#include <vector>

#include "cli/client_notes.h"
#include "cli/output_queue.h"
#include "cli/signals.h"
#include "core/app/client_front.h"
#include "core/app/client_lines.h"
#include "core/app/client_output.h"
#include "core/app/send.h"

namespace wsb::cli {

struct PipeFrontConfig {
  app::ClientInput input;
  bool watch_reader = false;  // notice at once when the reader of our output has gone
  Duration close_timeout{};
};

class PipeFront final : public app::ClientFront {
 public:
  PipeFront(PipeFrontConfig config, Signals& signals, const ClientNotes& notes);

  [[nodiscard]] app::ClientOutcome talk(app::ClientLink& link) override;

 private:
  void begin(app::ClientLink& link);
  void wait(app::ClientLink& link);
  void take_events(app::ClientLink& link);
  void take(app::ClientReceived&& message, app::ClientLink& link);
  void read_input(app::ClientLink& link);
  void take_input(app::ClientLink& link, BytesView bytes);
  void finish_input(app::ClientLink& link);
  void fail_input(app::ClientLink& link, Error error);
  void write_output(app::ClientLink& link);
  void fail_output(app::ClientLink& link, int sys_errno);
  void take_signal(app::ClientLink& link);
  [[nodiscard]] bool finished() const;

  PipeFrontConfig config_;
  Signals* signals_;
  const ClientNotes* notes_;
  app::ClientOutcome outcome_;
  app::LineReader lines_;
  app::LineOutput format_;
  Bytes whole_input_;
  OutputQueue output_;
  bool input_open_ = false;
  bool output_gone_ = false;
  bool opened_ = false;
  bool ended_ = false;
  std::optional<TimePoint> give_up_;
};

}  // namespace wsb::cli
