#include "tests/support/fake_link.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/base/check.h"
#include "tests/support/fake_net.h"

namespace wsb::net {
namespace {

constexpr std::size_t kSegmentBytes = 16384;  // a limited bandwidth delivers in pieces of this size

Error reset_error() {
  return make_errno_error(ErrorCode::connection_lost, "connection lost", ECONNRESET);
}

}  // namespace

// ---- FakeStream

FakeStream::FakeStream(FakeRuntime& runtime, FakeLoop& loop, const http::Url& url)
    : runtime_(runtime), loop_(&loop), url_(url) {}

FakeStream::FakeStream(FakeRuntime& runtime, FakeLoop& loop, std::shared_ptr<FakeLink> link)
    : runtime_(runtime), loop_(&loop), link_(std::move(link)), side_(1) {
  link_->ends_[side_] = this;
  link_->loops_[side_] = &loop;
}

FakeStream::~FakeStream() {
  if (events_ != nullptr) abort();
  let_go();
  runtime_.forget(*this);
}

void FakeStream::start(StreamEvents& events) {
  events_ = &events;
  if (link_ != nullptr) return;
  const Duration delay = runtime_.options().dns_delay;
  timer_ = runtime_.on_network(*loop_, runtime_.now() + delay, [this] { resolved(); });
}

void FakeStream::resolved() {
  if (url_.host.ends_with(".invalid")) {
    return end(Phase::resolve,
               make_error(ErrorCode::resolve, "cannot resolve '" + url_.host + "'"));
  }
  events_->on_phase(Phase::connect);
  if (events_ == nullptr || url_.host == FakeRuntime::kBlackHole) return;
  const Duration round_trip = 2 * runtime_.options().link.latency;
  timer_ = runtime_.on_network(*loop_, runtime_.now() + round_trip, [this] { connect(); });
}

void FakeStream::connect() {
  timer_ = {};
  if (runtime_.dial(*this)) return;
  end(Phase::connect,
      make_errno_error(ErrorCode::connect,
                       "cannot connect to '" + url_.host + ":" + std::to_string(url_.port) + "'",
                       ECONNREFUSED));
}

void FakeStream::connected(std::shared_ptr<FakeLink> link) {
  link_ = std::move(link);
  side_ = 0;
  link_->ends_[side_] = this;
  link_->loops_[side_] = loop_;
  if (url_.secure) events_->on_phase(Phase::tls);
  if (events_ != nullptr) events_->on_phase(Phase::handshake);
}

std::size_t FakeStream::write(BytesView bytes) {
  WSB_CHECK(link_ != nullptr && events_ != nullptr);
  return link_->write(side_, bytes);
}

void FakeStream::pause_reading() { paused_ = true; }

void FakeStream::resume_reading() {
  paused_ = false;
  if (link_ != nullptr) link_->schedule_delivery(1 - side_);
}

void FakeStream::end_writing() {
  if (events_ != nullptr && link_ != nullptr) link_->finish(side_);
}

void FakeStream::close() {
  if (events_ == nullptr) return;
  events_ = nullptr;
  loop_->cancel(timer_);
  if (link_ != nullptr) link_->finish(side_);
  let_go();
}

void FakeStream::abort() {
  if (events_ == nullptr) return;
  events_ = nullptr;
  loop_->cancel(timer_);
  if (link_ != nullptr) link_->reset(side_, ECONNRESET);
  let_go();
}

// What was scheduled for the old loop finds the events of the new one: all loops share a thread.
bool FakeStream::leave() {
  if (events_ == nullptr) return false;
  events_ = nullptr;
  return true;
}

void FakeStream::settle(Loop& loop, StreamEvents& events) {
  loop_ = &static_cast<FakeLoop&>(loop);
  link_->loops_[side_] = loop_;
  events_ = &events;
  if (link_->broken_) link_->end_at(side_, runtime_.now(), reset_error());
}

void FakeStream::end(Phase phase, std::optional<Error> error) {
  StreamEvents* events = std::exchange(events_, nullptr);
  if (link_ != nullptr) link_->finish(side_);
  let_go();
  events->on_end({phase, std::move(error)});
}

void FakeStream::let_go() {
  if (link_ == nullptr || link_->ends_[side_] != this) return;
  link_->ends_[side_] = nullptr;
  link_->schedule_delivery(1 - side_);  // into the void, so that the other side can go on writing
}

void FakeStream::describe(ConnectionInfo& info) const {
  info.tls = url_.secure;
  if (link_ == nullptr) return;
  info.local = link_->addresses_[side_];
  info.remote = link_->addresses_[1 - side_];
}

std::string FakeStream::remote() const { return link_->addresses_[1 - side_]; }

// ---- FakeLink

FakeLink::FakeLink(FakeRuntime& runtime, const LinkOptions& options, std::uint16_t client_port,
                   std::uint16_t server_port)
    : runtime_(runtime),
      options_(options),
      addresses_{"127.0.0.1:" + std::to_string(client_port),
                 "127.0.0.1:" + std::to_string(server_port)} {}

std::size_t FakeLink::write(std::size_t side, BytesView bytes) {
  Pipe& pipe = pipes_[side];
  if (broken_ || ends_[1 - side] == nullptr) return bytes.size();  // into the void
  const std::size_t room = options_.buffer_bytes - std::min(options_.buffer_bytes, pipe.bytes);
  const std::size_t taken = std::min(bytes.size(), room);
  pipe.writer_waits = taken < bytes.size();
  for (BytesView rest = bytes.substr(0, taken); !rest.empty();) {
    const bool limited = options_.bytes_per_second != 0;
    const BytesView part = rest.substr(0, limited ? kSegmentBytes : rest.size());
    rest.remove_prefix(part.size());
    pipe.free_at = std::max(pipe.free_at, runtime_.now());
    if (limited) {
      pipe.free_at += Duration(static_cast<std::int64_t>(
          1e9 * static_cast<double>(part.size()) / static_cast<double>(options_.bytes_per_second)));
    }
    const TimePoint arrival = pipe.free_at + options_.latency;
    if (pipe.chunks.empty() || pipe.chunks.back().arrival != arrival) {
      pipe.chunks.push_back({arrival, {}});
    }
    pipe.chunks.back().bytes += part;
  }
  pipe.bytes += taken;
  schedule_delivery(side);
  return taken;
}

void FakeLink::finish(std::size_t side) {
  Pipe& pipe = pipes_[side];
  if (pipe.finished || broken_) return;
  pipe.finished = true;
  const TimePoint arrival = std::max(pipe.free_at, runtime_.now()) + options_.latency;
  pipe.chunks.push_back({arrival, {}});
  schedule_delivery(side);
}

void FakeLink::reset(std::size_t side, int error_number) {
  if (broken_) return;
  broken_ = true;
  for (Pipe& pipe : pipes_) pipe.chunks.clear();
  end_at(1 - side, runtime_.now() + options_.latency,
         make_errno_error(ErrorCode::connection_lost, "connection lost", error_number));
}

void FakeLink::drop() {
  if (broken_) return;
  broken_ = true;
  for (Pipe& pipe : pipes_) pipe.chunks.clear();
  end_at(0, runtime_.now(), reset_error());
  end_at(1, runtime_.now(), reset_error());
}

void FakeLink::end_at(std::size_t side, TimePoint when, std::optional<Error> error) {
  if (ends_[side] == nullptr) return;
  runtime_.on_network(*loops_[side], when, [self = shared_from_this(), side, error] {
    FakeStream* end = self->ends_[side];
    if (end != nullptr && end->events_ != nullptr && !self->stalled_) end->end(Phase::open, error);
  });
}

void FakeLink::stall() { stalled_ = true; }

void FakeLink::resume() {
  stalled_ = false;
  schedule_delivery(0);
  schedule_delivery(1);
}

void FakeLink::schedule_delivery(std::size_t side) {
  Pipe& pipe = pipes_[side];
  if (pipe.chunks.empty() || pipe.delivery_scheduled || stalled_) return;
  FakeStream* reader = ends_[1 - side];
  if (reader == nullptr) {
    pipe.chunks.clear();
    pipe.bytes = 0;
    return wake_writer(side);
  }
  if (reader->paused_) return;
  pipe.delivery_scheduled = true;
  runtime_.on_network(*loops_[1 - side], std::max(pipe.chunks.front().arrival, runtime_.now()),
                      [self = shared_from_this(), side] { self->deliver(side); });
}

void FakeLink::deliver(std::size_t side) {
  Pipe& pipe = pipes_[side];
  pipe.delivery_scheduled = false;
  FakeStream* reader = ends_[1 - side];
  if (broken_ || stalled_ || reader == nullptr || reader->paused_) return;
  WSB_CHECK(reader->events_ != nullptr);
  const Bytes bytes = take_arrived(side);
  if (!bytes.empty()) reader->events_->on_bytes(bytes);
  wake_writer(side);
  if (broken_ || ends_[1 - side] == nullptr || reader->paused_) return;
  if (pipe.chunks.empty() && pipe.finished) return reader->end(Phase::open, std::nullopt);
  schedule_delivery(side);
}

Bytes FakeLink::take_arrived(std::size_t side) {
  Pipe& pipe = pipes_[side];
  Bytes out;
  while (!pipe.chunks.empty() && pipe.chunks.front().arrival <= runtime_.now()) {
    Bytes& bytes = pipe.chunks.front().bytes;
    const std::size_t part = std::min(bytes.size(), options_.read_bytes - out.size());
    out.append(bytes, 0, part);
    bytes.erase(0, part);
    if (!bytes.empty()) break;
    pipe.chunks.pop_front();
  }
  pipe.bytes -= out.size();
  return out;
}

void FakeLink::wake_writer(std::size_t side) {
  Pipe& pipe = pipes_[side];
  const bool room = pipe.bytes <= options_.buffer_bytes / 2;
  if (!pipe.writer_waits || !room || ends_[side] == nullptr) return;
  pipe.writer_waits = false;
  runtime_.on_network(*loops_[side], runtime_.now(), [self = shared_from_this(), side] {
    FakeStream* writer = self->ends_[side];
    if (writer != nullptr && writer->events_ != nullptr) writer->events_->on_writable();
  });
}

}  // namespace wsb::net
