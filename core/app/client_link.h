#pragma once

// The main thread's end of a client whose network runs on a thread of its own. Both directions are
// bounded: room() falls to zero when the connection does not keep up (then the input is not read),
// and the network stops reading while the main thread has not reported what it wrote. One object
// on the main thread; only its inner listener runs on the loop's thread.

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "core/app/client_session.h"
#include "core/base/mailbox.h"

namespace wsb::app {

struct ClientOpened {
  net::ConnectionInfo info;
};
struct ClientReceived {
  ws::Opcode opcode = ws::Opcode::text;
  Bytes payload;
  bool compressed = false;
};
struct ClientNoted {
  std::string text;
};
struct ClientEnded {
  ClientReport report;
  net::ConnectionInfo info;
};
using ClientEvent = std::variant<ClientOpened, ClientReceived, ClientNoted, ClientEnded>;

class ClientLink {
 public:
  // Connects at once. The runtime outlives the link.
  [[nodiscard]] static Result<std::unique_ptr<ClientLink>> open(net::Runtime& runtime,
                                                                const ClientConfig& config);
  ~ClientLink();
  ClientLink(const ClientLink&) = delete;
  ClientLink& operator=(const ClientLink&) = delete;

  // Readable when take_events() or room() has news.
  [[nodiscard]] int wake_fd() const { return wake_fd_; }
  // Everything that has happened, in order; ClientEnded comes once, last.
  [[nodiscard]] std::vector<ClientEvent> take_events();
  // So many bytes and messages of ClientReceived and ClientNoted are dealt with.
  void written(std::size_t bytes, std::size_t messages);

  // Bytes of input that may still be submitted; one message more than that is no harm.
  [[nodiscard]] std::size_t room();
  void submit(std::vector<ClientMessage> messages);
  void end_input();
  void quit();
  void stop(ClientStop why);

 private:
  // On the loop's thread.
  class Listener final : public ClientListener {
   public:
    explicit Listener(ClientLink& link) : link_(&link) {}
    void on_opened(const net::ConnectionInfo& info) override;
    bool on_message(const ws::Message& message) override;
    void on_note(std::string text) override;
    void on_taken(std::size_t bytes) override;
    void on_ended(const ClientReport& report, const net::ConnectionInfo& info) override;

   private:
    ClientLink* link_;
    std::uint64_t notes_lost_ = 0;
  };

  ClientLink(net::Runtime& runtime, const ClientConfig& config, std::unique_ptr<net::Loop> loop,
             int wake_fd);
  void run(const ClientConfig& config);
  void post(std::function<void()> action);
  void wake();
  [[nodiscard]] bool unread_above(std::size_t parts_of_four) const;

  net::Runtime* runtime_;
  std::unique_ptr<net::Loop> loop_;
  int wake_fd_;
  Mailbox<ClientEvent> events_;
  Listener listener_{*this};
  std::atomic<std::size_t> unread_bytes_{0};  // received, not yet written
  std::atomic<std::size_t> unread_messages_{0};
  std::atomic<bool> reading_paused_{false};
  std::atomic<std::size_t> queued_bytes_{0};  // submitted, not yet taken
  std::atomic<bool> waits_for_room_{false};
  ClientSession* session_ = nullptr;  // the loop's thread only
  std::thread thread_;
};

}  // namespace wsb::app
