// The sending half of FakeServerConnection, and the bytes of an HTTP answer.

#include <utility>

#include "core/base/check.h"
#include "core/proto/http/response.h"
#include "tests/support/fake_exchange.h"
#include "tests/support/fake_net.h"
#include "tests/support/fake_server.h"

namespace wsb::net {

Bytes http_answer(const HttpResponse& response, bool head_only) {
  const std::string_view body = response.body ? std::string_view(*response.body) : "";
  Bytes out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += http::status_words(response.status);
  out += "\r\n";
  response.headers.append_to(out);
  out += "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n";
  if (!head_only) out += body;
  return out;
}

bool FakeServerConnection::is_open() const {
  return state_ == State::open && !aborted_ && !own_close_ &&
         endpoint_->state() == ws::State::open;
}

const Batch::Wire& FakeServerConnection::wire_of(const Batch& batch) const {
  if (!info_.deflate) return batch.plain();
  return batch.deflated(endpoint_->options().deflate->send_window_bits(ws::Role::server));
}

SendStatus FakeServerConnection::send(const BatchRef& batch, std::size_t first, std::size_t last) {
  if (!is_open()) return SendStatus::closed;
  if (first == last) return SendStatus::sent;
  WSB_CHECK(first < last && last <= batch->segment_count());
  if (blocked_ || !endpoint_->output().empty() || !outbox_.empty()) {
    flush();
    if (blocked_) return enqueue(batch, first, last);
  }
  write_segments(*batch, first, last);
  return blocked_ ? SendStatus::queued : SendStatus::sent;
}

SendStatus FakeServerConnection::enqueue(const BatchRef& batch, std::size_t first,
                                         std::size_t last) {
  const Batch::Wire& wire = wire_of(*batch);
  Outbox::Entry entry{batch, first, last, wire.segments[last - 1].end - wire.begin_of(first), 0,
                      loop_.now()};
  for (std::size_t i = first; i < last; ++i) entry.messages += wire.segments[i].messages;
  switch (outbox_.push(std::move(entry), loop_.now())) {
    case Outbox::Verdict::queued: check_age(); return SendStatus::queued;
    case Outbox::Verdict::dropped: return SendStatus::dropped;
    case Outbox::Verdict::disconnect: fail_slow_reader(); return SendStatus::closed;
  }
  return SendStatus::closed;
}

SendStatus FakeServerConnection::send(ws::Opcode opcode, BytesView payload, bool compress) {
  if (!is_open()) return SendStatus::closed;
  builder_.append({}, opcode, payload);
  const BatchRef batch = builder_.freeze();
  if (compress || !info_.deflate) return send(batch, 0, 1);
  flush();
  if (blocked_) return enqueue(batch, 0, 1);  // compressed all the same: an entry has one encoding
  info_.deflate = false;
  write_segments(*batch, 0, 1);
  info_.deflate = true;
  return blocked_ ? SendStatus::queued : SendStatus::sent;
}

void FakeServerConnection::write_segments(const Batch& batch, std::size_t first, std::size_t last) {
  const Batch::Wire& wire = wire_of(batch);
  const std::size_t begin = wire.begin_of(first);
  const std::size_t end = wire.segments[last - 1].end;
  const BytesView bytes = BytesView(wire.bytes).substr(begin, end - begin);
  for (std::size_t i = first; i < last; ++i) stats_.messages_out += wire.segments[i].messages;
  const std::size_t taken = stream_->write(bytes);
  stats_.wire_bytes_out += taken;
  blocked_ = taken < bytes.size();
  endpoint_->output_buffer() += bytes.substr(taken);
}

void FakeServerConnection::ping(BytesView payload) {
  if (is_open() && endpoint_->send_ping(payload)) want_flush();
}

void FakeServerConnection::want_flush() {
  if (flush_requested_) return;
  flush_requested_ = true;
  listener_.request_turn_end(*this);
}

void FakeServerConnection::turn_ended() {
  flush_requested_ = false;
  if (state_ == State::ended || aborted_) return;
  flush();
  follow_closing();
}

void FakeServerConnection::flush() {
  if (state_ == State::answering) {
    answer_rest_.erase(0, stream_->write(answer_rest_));
    if (answer_rest_.empty()) finish({});
    return;
  }
  if (state_ != State::open) return;
  while (!blocked_) {
    if (const BytesView output = endpoint_->output(); !output.empty()) {
      const std::size_t taken = stream_->write(output);
      stats_.wire_bytes_out += taken;
      blocked_ = taken < output.size();
      endpoint_->consume_output(taken);
    } else if (endpoint_->state() != ws::State::open) {
      outbox_.clear();  // nothing may follow a Close frame
      return;
    } else if (const Outbox::Entry* entry = outbox_.front()) {
      const Outbox::Entry kept = *entry;
      outbox_.pop_front();
      write_segments(*kept.batch, kept.first_segment, kept.last_segment);
    } else if (own_close_) {
      const OwnClose close = *std::exchange(own_close_, std::nullopt);
      endpoint_->close(close.code == 0 ? ws::CloseCode::no_status : ws::CloseCode{close.code},
                       close.reason);
    } else {
      return;
    }
  }
}

void FakeServerConnection::on_writable() {
  if (state_ == State::ended || aborted_) return;
  blocked_ = false;
  want_flush();
}

void FakeServerConnection::fail_slow_reader() {
  ++listener_.counters().slow_readers;
  failed_with_ = ws::to_number(ws::CloseCode::try_again_later);
  outbox_.clear();
  endpoint_->close(ws::CloseCode::try_again_later, "reading too slowly");
  want_flush();
}

void FakeServerConnection::check_age() {
  const Duration limit = listener_.config().outbox.max_age;
  if (limit == Duration{} || outbox_.empty()) return;
  if (outbox_.overdue(loop_.now())) return fail_slow_reader();
  loop_.cancel(age_timer_);
  age_timer_ = loop_.schedule(outbox_.front()->queued + limit + Duration{1}, [this] {
    if (state_ == State::open && endpoint_->state() == ws::State::open) check_age();
  });
}

ConnectionStats FakeServerConnection::stats() const {
  ConnectionStats out = stats_;
  out.dropped_messages = outbox_.dropped_messages();
  out.backlog_bytes = outbox_.bytes() + (endpoint_ ? endpoint_->output().size() : 0);
  return out;
}

}  // namespace wsb::net
