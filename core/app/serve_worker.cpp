#include "core/app/serve_worker.h"

#include <utility>

namespace wsb::app {

namespace {

constexpr Duration kRequestsLook = std::chrono::milliseconds(10);

std::vector<session::Encoding> encodings_of(ServeMode mode) {
  switch (mode) {
    case ServeMode::broadcast:
      return {session::Encoding::plain, session::Encoding::socketio};
    case ServeMode::raw: return {session::Encoding::raw};
    case ServeMode::echo: break;
  }
  return {};
}

}  // namespace

ServeWorker::ServeWorker(int number, ServeShared& shared, std::unique_ptr<net::Loop> loop,
                         std::vector<net::ListenSocket> sockets)
    : number_(number),
      shared_(shared),
      loop_(std::move(loop)),
      sockets_(std::move(sockets)),
      inbox_({}, [this] { return loop_->post([this] { shard_->receive(); }); }),
      gate_(shared.access, shared.passwords, &*loop_),
      limits_(*loop_, *shared.slots, shared.limits),
      monitor_(*loop_, shared.census, shared.started),
      http_(shared.page, shared.folder, &gate_, &monitor_) {
  if (shared.faults) faults_.emplace(*shared.faults, *loop_);
  shared.census.add(*loop_, [this] {
    WorkerSnapshot full = snapshot();
    full.measures = std::make_shared<const WorkerMeasures>(meter_->measures());
    return full;
  });
}

void ServeWorker::connect(std::vector<ServeWorker*> all, hub::Inbox* orderer) {
  std::vector<hub::Inbox*> others;
  for (ServeWorker* other : all) {
    if (other != this) others.push_back(&other->inbox());
  }
  hub::Order order;
  if (orderer == &inbox_) {
    order.keeper = std::make_unique<hub::Keeper>(shared_.history, shared_.first_message_id);
  } else {
    order.orderer = orderer;
  }
  shard_ = std::make_unique<hub::Shard>(encodings_of(shared_.mode), inbox_, std::move(others),
                                        std::move(order), &shared_.readers);
  const ServePeersOptions options{shared_.mode, shared_.room_commands, &gate_,
                                  faults_ ? &*faults_ : nullptr};
  peers_ = std::make_unique<ServePeers>(options, *loop_, *shard_, limits_, shared_.log);
  net::ConnectionHandler* clients = &*peers_;
  if (shared_.mode == ServeMode::broadcast) {
    const auto take = [all](std::size_t worker, net::MovedPeer moved) {
      all[worker]->adopt(std::move(moved));
    };
    socketio_ = std::make_unique<ServeSocketio>(
        shared_.socketio,
        ServeSocketio::Surroundings{*loop_, *shard_, gate_, limits_, shared_.log, *peers_,
                                    shared_.listen, shared_.room_commands,
                                    static_cast<std::size_t>(number_), all.size()},
        take);
    clients = &socketio_->connections();
    http_.set_engineio(&socketio_->door());
  }
  meter_.emplace(*loop_, *clients, *shard_);
  if (shared_.mode == ServeMode::echo) return;
  publisher_ = std::make_unique<ServePublish>(*shard_);
  http_.set_publisher(publisher_.get());
  streams_ = std::make_unique<ServeStreams>(*peers_);
  http_.set_streams(streams_.get());
}

void ServeWorker::run() {
  auto listener =
      shared_.runtime.listen(*loop_, std::move(sockets_.front()), shared_.listen, *meter_, http_);
  if (!listener) {
    shared_.events.post({ServeEvent::Kind::failed, number_, listener.error()});
    post(ServeEvent::Kind::ended);
    return;
  }
  listener_ = *std::move(listener);
  for (std::size_t i = 1; i < sockets_.size(); ++i) {
    listener_->also_accept(std::move(sockets_[i]));
  }
  loop_->set_turn_end(&*meter_);
  meter_->start();
  post(ServeEvent::Kind::started);
  loop_->run();
  loop_->set_turn_end(nullptr);
  last_ = snapshot();
  listener_.reset();
  post(ServeEvent::Kind::ended);
}

void ServeWorker::ask_to_announce() {
  (void)loop_->post([this] { http_.start_draining(); });
}

void ServeWorker::ask_to_quiet() {
  (void)loop_->post([this] {
    listener_->stop_accepting();
    peers_->refuse_further();
    if (socketio_ != nullptr) socketio_->door().refuse_further();
    shard_->flush();
    post(ServeEvent::Kind::quiet);
  });
}

void ServeWorker::ask_to_pass_on() {
  (void)loop_->post([this] {
    shard_->receive();
    shard_->flush();
    post(ServeEvent::Kind::quiet);
  });
}

void ServeWorker::ask_to_close(Duration window) {
  (void)loop_->post([this, window] {
    // What the other workers sent on when they became quiet is here by now.
    shard_->receive();
    shard_->flush();
    close_peers(window);
  });
}

// A connection that never arrives is closed by its end.
void ServeWorker::adopt(net::MovedPeer moved) {
  const auto shared = std::make_shared<net::MovedPeer>(std::move(moved));
  (void)loop_->post([this, shared] {
    if (listener_ != nullptr) listener_->adopt(std::move(*shared));
  });
}

void ServeWorker::close_peers(Duration window) {
  peers_->close_all(window, [this, window] {
    if (socketio_ == nullptr) return wait_for_requests();
    socketio_->door().close_all(window, [this] { wait_for_requests(); });
  });
}

// Downloads that are under way.
void ServeWorker::wait_for_requests() {
  if (listener_->stats().requests_open == 0) return post(ServeEvent::Kind::empty);
  (void)loop_->schedule(loop_->now() + kRequestsLook, [this] { wait_for_requests(); });
}

void ServeWorker::ask_for_snapshot() {
  (void)loop_->post([this] {
    shared_.events.post({ServeEvent::Kind::snapshot, number_, std::nullopt, snapshot()});
  });
}

bool ServeWorker::ask_for_sign() {
  return loop_->post([this] { post(ServeEvent::Kind::alive); });
}

bool ServeWorker::ask_to_take(std::shared_ptr<const ServeFiles> files) {
  return loop_->post([this, files = std::move(files)] {
    take(*files);
    post(ServeEvent::Kind::reloaded);
  });
}

// The identity was tried out when it was loaded.
void ServeWorker::take(const ServeFiles& files) {
  gate_.swap_policy(files.access);
  if (!files.identity) return;
  const auto taken = listener_->set_identity(*files.identity);
  if (!taken) shared_.log.write(LogLevel::error, "cannot reload: " + taken.error().text());
}

void ServeWorker::post(ServeEvent::Kind kind) { shared_.events.post({kind, number_}); }

WorkerSnapshot ServeWorker::snapshot() const {
  WorkerSnapshot now{shard_->counters(), listener_->stats(), gate_.counters(), limits_.counters()};
  if (faults_) now.faults = faults_->counts();
  return now;
}

}  // namespace wsb::app
