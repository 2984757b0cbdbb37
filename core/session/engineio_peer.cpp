#include "core/session/engineio_peer.h"

#include <array>
#include <utility>
#include <vector>

#include "core/proto/ws/close_code.h"

namespace wsb::session {

using engineio::CloseReason;
using engineio::PacketType;
using engineio::PacketView;
using net::SendStatus;

namespace {

constexpr std::string_view kPlainText = "text/plain; charset=UTF-8";

}  // namespace

net::HttpResponse engineio_answer(int status, std::string_view media_type, Bytes body) {
  net::HttpResponse response;
  response.status = status;
  response.headers.add("Content-Type", std::string(media_type));
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.body = std::make_shared<const Bytes>(std::move(body));
  return response;
}

net::HttpResponse engineio_refusal(const engineio::RequestError& error) {
  return engineio_answer(error.status, "application/json", error.json());
}

EngineioPeer::EngineioPeer(net::Loop& loop, Setup setup, EngineioEvents& events)
    : loop_(loop),
      setup_(std::move(setup)),
      events_(events),
      session_(setup_.options, setup_.transport, this) {}

EngineioPeer::~EngineioPeer() {
  loop_.cancel(timer_);
  loop_.cancel(cutting_);
  if (poll_ != nullptr) poll_->when_gone({});
  if (held_post_ != nullptr) held_post_->when_gone({});
}

// ---- what comes in

void EngineioPeer::open_by_polling(const std::shared_ptr<net::HttpExchange>& exchange) {
  poll_ = exchange;
  session_.open(setup_.sid, loop_.now());
  rearm();
}

void EngineioPeer::open_by_websocket(net::Connection& websocket) {
  websocket_ = &websocket;
  session_.open(setup_.sid, loop_.now());
  rearm();
}

void EngineioPeer::poll(const std::shared_ptr<net::HttpExchange>& exchange) {
  // Two at once end the session, and the first of them hears of it.
  const std::shared_ptr<net::HttpExchange> before = poll_;
  if (before == nullptr) poll_ = exchange;
  const bool opened = session_.poll_opened();
  if (!opened) {
    if (poll_ == exchange) poll_ = nullptr;
    exchange->respond(engineio_refusal(engineio::bad_request()));
  } else if (poll_ == exchange) {
    exchange->when_gone([this, asked = exchange.get()] {
      if (poll_.get() != asked) return;
      poll_ = nullptr;
      session_.poll_aborted();
      rearm();
    });
  }
  rearm();
}

void EngineioPeer::post(const std::shared_ptr<net::HttpExchange>& exchange) {
  const Bytes& body = exchange->request().body;
  if (holding_) {
    exchange->respond(engineio_refusal(engineio::bad_request()));
    session_.post_failed(engineio::PostFailure::unusable);
  } else if (!session_.post_opened()) {
    exchange->respond(engineio_refusal(engineio::bad_request()));
  } else if (body.size() > setup_.options.max_payload) {
    session_.post_failed(engineio::PostFailure::too_large);
    exchange->respond(engineio_answer(413, kPlainText, "the body is too large"));
  } else if (session_.post_received(body, loop_.now())) {
    answer_post(exchange);
  } else {
    exchange->respond(engineio_refusal(engineio::bad_request()));
  }
  rearm();
}

void EngineioPeer::answer_post(const std::shared_ptr<net::HttpExchange>& exchange) {
  if (!holding_ || session_.is_closed()) {
    exchange->respond(engineio_answer(200, "text/html", "ok"));
    return;
  }
  held_post_ = exchange;
  exchange->when_gone([this, asked = exchange.get()] {
    if (held_post_.get() == asked) held_post_ = nullptr;
  });
}

void EngineioPeer::release_post() {
  holding_ = false;
  if (held_post_ == nullptr) return;
  std::exchange(held_post_, nullptr)->respond(engineio_answer(200, "text/html", "ok"));
}

void EngineioPeer::fail() {
  session_.post_failed(engineio::PostFailure::unusable);
  rearm();
}

bool EngineioPeer::probe(net::Connection& websocket) {
  if (!session_.probe_opened(loop_.now())) return false;
  websocket_ = &websocket;
  rearm();
  return true;
}

void EngineioPeer::websocket_message(const ws::Message& message) {
  session_.frame_received(message.opcode == ws::Opcode::binary, message.payload, loop_.now());
  rearm();
}

// One that was given up has no more part in the session.
void EngineioPeer::websocket_closed(const net::Connection& websocket) {
  if (websocket_ != &websocket) return;
  websocket_ = nullptr;
  session_.websocket_closed();
  rearm();
}

void EngineioPeer::deliver(bool binary, BytesView data) {
  if (!on_websocket()) {
    ++stats_.messages_in;
    stats_.payload_bytes_in += data.size();
  }
  events_.on_message(*this, binary, data);
}

// ---- what goes out

SendStatus EngineioPeer::send_message(BytesView text, std::span<const BytesView> attachments) {
  std::vector<PacketView> packets;
  packets.reserve(1 + attachments.size());
  packets.push_back({PacketType::message, false, text});
  for (const BytesView attachment : attachments) {
    packets.push_back({PacketType::message, true, attachment});
  }
  return enqueue(packets);
}

SendStatus EngineioPeer::send(const net::BatchRef& batch, std::size_t first, std::size_t last) {
  if (on_websocket()) {
    return websocket_ == nullptr ? SendStatus::closed : websocket_->send(batch, first, last);
  }
  const auto& segments = batch->plain().segments;
  std::size_t index = 0;
  for (std::size_t i = 0; i < first; ++i) index += segments[i].messages;
  // The messages of a segment belong together, an event and its attachments at least.
  SendStatus status = SendStatus::sent;
  for (std::size_t i = first; i < last; ++i) {
    std::vector<PacketView> packets;
    std::vector<Bytes> kept(segments[i].messages);
    for (std::uint32_t k = 0; k < segments[i].messages; ++k, ++index) {
      const net::Batch::Message message = batch->message(index, kept[k]);
      const bool binary = message.opcode == ws::Opcode::binary;
      // Framed for a WebSocket: a text begins with the digit of its packet.
      const BytesView data = binary ? message.payload : message.payload.substr(1);
      packets.push_back({PacketType::message, binary, data});
    }
    status = enqueue(packets);
    if (status == SendStatus::closed) return status;
  }
  return status;
}

SendStatus EngineioPeer::send(ws::Opcode opcode, BytesView payload, bool /*compress*/) {
  const PacketView packet{PacketType::message, opcode == ws::Opcode::binary, payload};
  return enqueue({&packet, 1});
}

SendStatus EngineioPeer::enqueue(std::span<const PacketView> packets) {
  if (cutting_.value != 0) return SendStatus::closed;
  websocket_status_ = SendStatus::sent;
  const engineio::SendOutcome outcome = session_.enqueue(packets);
  if (outcome == engineio::SendOutcome::queued) {
    for (const PacketView& packet : packets) {
      ++stats_.messages_out;
      stats_.payload_bytes_out += packet.data.size();
    }
  }
  session_.flush();
  const SendStatus status = status_of(outcome, packets.size());
  rearm();
  return status;
}

SendStatus EngineioPeer::status_of(engineio::SendOutcome outcome, std::uint64_t messages) {
  switch (outcome) {
    case engineio::SendOutcome::sent: return websocket_status_;
    case engineio::SendOutcome::queued:
      return session_.queued_bytes() == 0 ? SendStatus::sent : SendStatus::queued;
    case engineio::SendOutcome::closed: return SendStatus::closed;
    case engineio::SendOutcome::queue_full: break;
  }
  stats_.dropped_messages += messages;
  // The queue of a client that polls is one text: nothing can be taken out at its front.
  if (setup_.slow_reader != net::SlowReaderPolicy::disconnect) return SendStatus::dropped;
  // Not inside the call of who sends: the hub is delivering.
  cutting_ = loop_.schedule(loop_.now(), [this] {
    cutting_ = {};
    session_.abort(CloseReason::queue_full);
    rearm();
  });
  return SendStatus::closed;
}

void EngineioPeer::answer_poll(Bytes payload) {
  if (poll_ == nullptr) return;
  std::exchange(poll_, nullptr)
      ->respond(engineio_answer(200, kPlainText, std::move(payload)));
}

void EngineioPeer::send_text(BytesView text) {
  if (websocket_ == nullptr) return;
  websocket_status_ = websocket_->send(ws::Opcode::text, text, true);
}

void EngineioPeer::send_binary(BytesView data) {
  if (websocket_ == nullptr) return;
  websocket_status_ = websocket_->send(ws::Opcode::binary, data, true);
}

net::ConnectionStats EngineioPeer::stats() const {
  net::ConnectionStats out = stats_;
  out.backlog_bytes = session_.queued_bytes();
  if (websocket_ != nullptr && on_websocket()) {
    const net::ConnectionStats websocket = websocket_->stats();
    out.dropped_messages += websocket.dropped_messages;
    out.backlog_bytes += websocket.backlog_bytes;
  }
  return out;
}

void EngineioPeer::pause_reading() {
  if (!on_websocket()) {
    holding_ = true;
  } else if (websocket_ != nullptr) {
    websocket_->pause_reading();
  }
}

void EngineioPeer::resume_reading() {
  if (on_websocket() && websocket_ != nullptr) websocket_->resume_reading();
  if (!holding_) return;
  release_post();
  session_.excuse_pong(loop_.now());
  rearm();
}

void EngineioPeer::upgraded() {
  release_post();
  events_.on_upgraded(*this);
}

// ---- the end

void EngineioPeer::end() {
  session_.close(CloseReason::forced_close, loop_.now());
  rearm();
}

void EngineioPeer::close(std::uint16_t code, std::string_view reason) {
  close_code_ = code;
  close_reason_ = reason;
  end();
}

void EngineioPeer::abort() {
  session_.abort(CloseReason::forced_close);
  rearm();
}

void EngineioPeer::close_websocket(CloseReason reason) {
  net::Connection* websocket = std::exchange(websocket_, nullptr);
  if (websocket == nullptr) return;
  const bool ours = reason == CloseReason::forced_close;
  websocket->close(ours ? close_code_ : ws::to_number(ws::CloseCode::normal),
                   ours ? close_reason_ : std::string());
}

void EngineioPeer::session_closed(CloseReason reason) {
  // A poll that is open still: its answer was given by the machine before, or there is none.
  if (poll_ != nullptr) {
    std::exchange(poll_, nullptr)->respond(engineio_refusal(engineio::unknown_session()));
  }
  release_post();
  events_.on_closed(*this, reason);
}

// ---- the clock

// A deadline that moved on is looked at when the old one comes, so that a pong costs no timer.
void EngineioPeer::rearm() {
  const auto due = session_.next_deadline();
  if (!due) return loop_.cancel(std::exchange(timer_, {}));
  if (timer_.value != 0 && wakes_at_ <= *due) return;
  loop_.cancel(timer_);
  wakes_at_ = *due;
  timer_ = loop_.schedule(*due, [this] {
    timer_ = {};
    if (held_post_ != nullptr) session_.excuse_pong(loop_.now());
    session_.tick(loop_.now());
    rearm();
  });
}

}  // namespace wsb::session
