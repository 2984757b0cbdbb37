#include "core/app/client_link.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"

namespace wsb::app {
namespace {

// What a message counts at least, so that a flood of empty ones is bounded too.
constexpr std::size_t kMessageCost = 64;

}  // namespace

Result<std::unique_ptr<ClientLink>> ClientLink::open(net::Runtime& runtime,
                                                     const ClientConfig& config) {
  auto loop = runtime.make_loop();
  if (!loop) return std::move(loop).error();
  const int wake_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd < 0) return make_errno_error(ErrorCode::internal, "cannot make an eventfd", errno);
  // make_unique cannot reach the private constructor.
  std::unique_ptr<ClientLink> link(new ClientLink(runtime, config, std::move(*loop), wake_fd));
  return link;
}

ClientLink::ClientLink(net::Runtime& runtime, const ClientConfig& config,
                       std::unique_ptr<net::Loop> loop, int wake_fd)
    : runtime_(&runtime),
      loop_(std::move(loop)),
      wake_fd_(wake_fd),
      events_(limits::kMailboxMessages, [this] { wake(); }) {
  thread_ = std::thread([this, config] { run(config); });
}

ClientLink::~ClientLink() {
  loop_->stop();
  thread_.join();
  loop_.reset();
  ::close(wake_fd_);
}

void ClientLink::run(const ClientConfig& config) {
  ClientSession session(*runtime_, *loop_, config, listener_);
  session_ = &session;
  session.start();
  loop_->run();
  session_ = nullptr;
}

std::vector<ClientEvent> ClientLink::take_events() {
  std::uint64_t ticks = 0;
  // EAGAIN: nothing was posted since the last time, and the mailbox is empty too.
  if (::read(wake_fd_, &ticks, sizeof ticks) < 0) WSB_CHECK(errno == EAGAIN || errno == EINTR);
  std::vector<ClientEvent> taken;
  events_.drain([&taken](ClientEvent&& event) { taken.push_back(std::move(event)); });
  return taken;
}

void ClientLink::written(std::size_t bytes, std::size_t messages) {
  unread_bytes_ -= bytes;
  unread_messages_ -= messages;
  if (!unread_above(2) && reading_paused_.exchange(false)) {
    post([this] { session_->resume_reading(); });
  }
}

std::size_t ClientLink::room() {
  const auto left = [this] {
    const std::size_t queued = queued_bytes_;
    return queued >= limits::kInputQueueBytes ? 0 : limits::kInputQueueBytes - queued;
  };
  if (const std::size_t bytes = left(); bytes > 0) return bytes;
  waits_for_room_ = true;
  return left();
}

void ClientLink::submit(std::vector<ClientMessage> messages) {
  for (const ClientMessage& message : messages) {
    queued_bytes_ += message.size() + kMessageCost;
  }
  post([this, moved = std::make_shared<std::vector<ClientMessage>>(std::move(messages))] {
    for (ClientMessage& message : *moved) session_->submit(std::move(message));
  });
}

void ClientLink::end_input() {
  post([this] { session_->end_input(); });
}

void ClientLink::quit() {
  post([this] { session_->quit(); });
}

void ClientLink::stop(ClientStop why) {
  post([this, why] { session_->stop(why); });
}

// A loop that has ended takes nothing any more, and nothing is expected of it then. Its mailbox is
// far larger than what room() allows.
void ClientLink::post(std::function<void()> action) {
  static_cast<void>(loop_->post(std::move(action)));
}

void ClientLink::wake() {
  const std::uint64_t one = 1;
  // Only EAGAIN is possible: then it is readable anyway.
  if (::write(wake_fd_, &one, sizeof one) < 0) WSB_CHECK(errno == EAGAIN);
}

bool ClientLink::unread_above(std::size_t parts_of_four) const {
  return unread_bytes_ > limits::kOutputQueueBytes / 4 * parts_of_four ||
         unread_messages_ > limits::kOutputQueueMessages / 4 * parts_of_four;
}

void ClientLink::Listener::on_opened(const net::ConnectionInfo& info) {
  WSB_CHECK(link_->events_.post(ClientOpened{info}));
}

bool ClientLink::Listener::on_message(const ws::Message& message) {
  link_->unread_bytes_ += message.payload.size();
  ++link_->unread_messages_;
  WSB_CHECK(link_->events_.post(
      ClientReceived{message.opcode, Bytes(message.payload), message.compressed}));
  if (!link_->unread_above(4)) return true;
  link_->reading_paused_ = true;
  // The main thread may have caught up before it could see the flag.
  return !link_->unread_above(2) && link_->reading_paused_.exchange(false);
}

// Told to people: when they are slower than what happens, some of it is not told, and they are told
// how much.
void ClientLink::Listener::on_note(std::string text) {
  if (link_->unread_above(4)) {
    ++notes_lost_;
    return;
  }
  if (const auto lost = std::exchange(notes_lost_, 0)) {
    text += " (" + std::to_string(lost) + " before it not shown)";
  }
  link_->unread_bytes_ += text.size();
  ++link_->unread_messages_;
  WSB_CHECK(link_->events_.post(ClientNoted{std::move(text)}));
}

void ClientLink::Listener::on_taken(std::size_t bytes) {
  const std::size_t left = link_->queued_bytes_ -= bytes + kMessageCost;
  if (left <= limits::kInputQueueBytes / 2 && link_->waits_for_room_.exchange(false)) {
    link_->wake();
  }
}

void ClientLink::Listener::on_ended(const ClientReport& report, const net::ConnectionInfo& info) {
  WSB_CHECK(link_->events_.post(ClientEnded{report, info}));
}

}  // namespace wsb::app
