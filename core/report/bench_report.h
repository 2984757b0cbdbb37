#pragma once

// A finished `wsb bench` run as data: what the text, JSON and (later) other reports are written
// from. Filled by core/app after all threads have ended. Plain values.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/base/units.h"
#include "core/stats/histogram.h"

namespace wsb::report {

struct BenchTarget {
  std::string url;
  std::string relay;              // "others", "all", "self", "none"; empty: not found out
  std::string relay_description;  // in words, with what to expect
};

// The configuration after defaults.
struct BenchSetup {
  std::size_t clients = 0;
  std::size_t canaries = 0;
  std::size_t publishers = 0;
  std::size_t threads = 0;  // of the receivers; publishers and canaries have one each besides
  Rate rate;
  ByteSize size;
  Duration duration{};
  Duration warmup{};
  Duration drain{};
  Rate connect_rate;  // 0: unlimited
  bool deflate = false;
  bool socketio = false;
  std::string event;  // of Socket.IO: that is emitted, and where
  std::string nsp;
};

// Messages of the steady phase. Deliveries are those to the clients; canaries and copies back to
// the sender are kept apart. Of every message sent, to every client: expected + not_connected; and
// expected = received + lost.
struct BenchCounts {
  std::uint64_t sent = 0;
  std::uint64_t sent_in_window = 0;       // of these: before the steady phase ended
  std::uint64_t unsent = 0;               // due, but buffers were full or the publisher behind
  std::uint64_t unsent_disconnected = 0;  // due, but the connections had ended
  std::uint64_t expected = 0;
  std::uint64_t received = 0;
  std::uint64_t lost = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t reordered = 0;
  std::uint64_t too_old = 0;      // so late that late and duplicate cannot be told apart
  std::uint64_t lag_unknown = 0;  // received, but left 16.7 s late or more: not in `service`
  std::uint64_t corrupt = 0;
  std::uint64_t foreign = 0;
  std::uint64_t not_connected = 0;  // deliveries that a broken connection could not get
};

struct BenchCanaries {
  std::uint64_t expected = 0;
  std::uint64_t received = 0;
  std::uint64_t lost = 0;
  std::uint64_t not_connected = 0;
};

struct BenchRates {  // per second of the steady phase
  double target = 0;
  double achieved = 0;  // what left within the phase
  double deliveries = 0;
};

struct BenchLatencies {
  stats::Histogram delivery;    // at the clients, from the intended send
  stats::Histogram service;     // the same from the actual send
  stats::Histogram first;       // per message: the first client
  stats::Histogram completion;  // per message: the last client
  stats::Histogram spread;      // per message: last minus first
  stats::Histogram self;        // back at the sender, from the intended send
  stats::Histogram canary;      // at the canaries, from the intended send
  stats::Histogram send_lag;    // actual minus intended send
};

struct BenchConnects {
  std::uint64_t ok = 0;
  std::uint64_t failed_total = 0;
  std::map<std::string, std::uint64_t> failed;  // by cause
  std::uint64_t dropped = 0;                    // ended later, before we closed them
  std::map<std::string, std::uint64_t> dropped_why;
  double per_second = 0;
  stats::Histogram tcp;  // of the connections that came to be; from the start of each
  stats::Histogram tls;  // empty without TLS
  stats::Histogram upgrade;
};

struct BenchThread {
  std::string role;  // "receivers", "canaries", "publishers"
  std::size_t connections = 0;
  double cpu_percent = 0;   // during the steady phase
  double wait_percent = 0;  // of the steady phase: ready to run, but another had the core
};

enum class Verdict { valid, warn, invalid };
[[nodiscard]] std::string_view to_string(Verdict verdict);

struct ValidityFlag {
  std::string code;  // "send-lag", "canary-gap", …: stable, for scripts
  Verdict severity = Verdict::warn;
  double value = 0;
  double limit = 0;
  std::string message;
};

struct Validity {
  Verdict verdict = Verdict::valid;
  std::vector<ValidityFlag> flags;
};

struct BenchHost {
  std::string kernel;
  std::size_t cores = 0;
  std::uint64_t open_files = 0;  // the limit
};

// How the run ended, apart from whether its numbers are to be believed.
enum class BenchOutcome {
  completed,
  no_connection,  // no receiver or no publisher could connect
  no_deliveries,  // connected, but nothing that was sent came back
  disconnected,   // the server ended the connections: what was measured until then
  interrupted,    // the user stopped it: what was measured until then
};
[[nodiscard]] std::string_view to_string(BenchOutcome outcome);

struct BenchReport {
  std::string version;  // wsb's
  std::string run_id;   // 8 hexadecimal digits
  std::string started;  // RFC 3339, UTC
  BenchOutcome outcome = BenchOutcome::completed;
  std::string problem;  // why, when not completed
  BenchTarget target;
  BenchSetup setup;
  BenchHost host;
  Duration steady{};  // how long the steady phase lasted
  BenchCounts counts;
  BenchCanaries canaries;
  BenchRates rates;
  BenchLatencies latency;
  BenchConnects connect;
  std::size_t receivers = 0;  // clients that were connected when the run began
  std::vector<BenchThread> threads;
  std::vector<std::string> notes;  // what a reader should know besides
  Validity validity;               // see judge()
};

}  // namespace wsb::report
