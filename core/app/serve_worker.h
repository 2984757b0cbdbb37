#pragma once

// One thread's server: a loop with its listener, its part of the hub, its clients and its HTTP.
// Built and destroyed by run_serve on the main thread; run() is the worker's thread; the calls
// named ask_… pass a wish to that thread and return at once.

#include <memory>
#include <optional>
#include <vector>

#include "core/app/client_limits.h"
#include "core/app/serve_census.h"
#include "core/app/serve_events.h"
#include "core/app/serve_files.h"
#include "core/app/serve_http.h"
#include "core/app/serve_monitor.h"
#include "core/app/serve_peers.h"
#include "core/app/serve_socketio.h"
#include "core/app/worker_meter.h"
#include "core/hub/inbox.h"
#include "core/hub/readers.h"
#include "core/hub/shard.h"
#include "core/net/runtime.h"

namespace wsb::app {

// The same for all workers; outlives them.
struct ServeShared {
  net::Runtime& runtime;
  Log& log;
  ServeEvents& events;
  ServeMode mode = ServeMode::broadcast;
  net::ListenConfig listen;
  std::shared_ptr<const BuiltInPage> page;
  std::shared_ptr<const PublicFolder> folder;  // nullptr: the page
  std::shared_ptr<const AccessPolicy> access{};
  PasswordDesk* passwords = nullptr;  // nullptr: the policy asks for none
  bool room_commands = false;
  SocketioConfig socketio{};
  hub::Readers readers{};
  hub::HistoryLimits history{};
  std::uint64_t first_message_id = 1;  // see hub::Keeper
  ServeCensus census{};
  TimePoint started{};
  LimitsConfig limits{};
  std::optional<ClientSlots> slots{};  // set before any worker is made
  std::optional<FaultSettings> faults{};
};

class ServeWorker {
 public:
  // Adds itself to the census. At least one socket.
  ServeWorker(int number, ServeShared& shared, std::unique_ptr<net::Loop> loop,
              std::vector<net::ListenSocket> sockets);
  ServeWorker(const ServeWorker&) = delete;
  ServeWorker& operator=(const ServeWorker&) = delete;

  [[nodiscard]] hub::Inbox& inbox() { return inbox_; }
  // Once, before run(), with all workers in the order of their numbers, this one too. When a
  // history is kept, the worker whose inbox is `orderer` orders all messages, perhaps this one.
  void connect(std::vector<ServeWorker*> all, hub::Inbox* orderer = nullptr);
  // A connection that another worker gave away. Any thread.
  void adopt(net::MovedPeer moved);

  // Posts started or failed, and ended as the last thing.
  void run();

  void ask_to_announce();   // /readyz says that the end is near
  void ask_to_quiet();      // stop accepting, send on what waits; then: quiet
  // Send on what the others have handed over to be ordered; then: quiet.
  void ask_to_pass_on();
  // 1001 to all, spread over a part of `window`; when no client and no request is left: empty.
  void ask_to_close(Duration window);
  void ask_for_snapshot();  // then: snapshot
  [[nodiscard]] bool ask_for_sign();  // then: alive. False: it is too busy
  // For all handshakes and requests from then on; then: reloaded. False: it is too busy.
  [[nodiscard]] bool ask_to_take(std::shared_ptr<const ServeFiles> files);
  void stop() { loop_->stop(); }

  // When run() has returned: the last word.
  [[nodiscard]] const WorkerSnapshot& last_snapshot() const { return last_; }

 private:
  void post(ServeEvent::Kind kind);
  void wait_for_requests();
  void take(const ServeFiles& files);
  [[nodiscard]] WorkerSnapshot snapshot() const;

  void close_peers(Duration window);

  const int number_;
  ServeShared& shared_;
  const std::unique_ptr<net::Loop> loop_;
  std::vector<net::ListenSocket> sockets_;
  hub::Inbox inbox_;
  AccessGate gate_;
  ClientLimits limits_;
  std::optional<ServeFaults> faults_;
  std::unique_ptr<hub::Shard> shard_;
  std::unique_ptr<ServePeers> peers_;
  std::unique_ptr<ServeSocketio> socketio_;  // nullptr: it is not served
  std::unique_ptr<ServePublish> publisher_;  // nullptr in echo mode
  std::unique_ptr<ServeStreams> streams_;    // nullptr in echo mode
  std::optional<WorkerMeter> meter_;
  ServeMonitor monitor_;
  ServeHttp http_;
  std::unique_ptr<net::Listener> listener_;
  WorkerSnapshot last_;
};

}  // namespace wsb::app
