// The sending half of FakeServerConnection, and the bytes of an HTTP answer.

#include <utility>

#include "core/base/check.h"
#include "core/proto/http/response.h"
#include "tests/support/fake_exchange.h"
#include "tests/support/fake_net.h"
#include "tests/support/fake_server.h"

namespace wsb::net {

Bytes http_answer(const HttpResponse& response, bool head_only) {
  Bytes body = response.body ? *response.body : Bytes();
  if (response.source && !head_only) {
    while (body.size() < response.source->size() &&
           response.source->read(body.size(), 65536, body)) {
    }
  }
  Bytes out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += http::status_words(response.status);
  out += "\r\n";
  response.headers.append_to(out);
  out += "Content-Length: " + std::to_string(response.body_size());
  out += "\r\nConnection: close\r\n\r\n";
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
  return start_segments(batch, first, last);
}

// More than one write goes through the outbox, also to a reader that keeps up.
SendStatus FakeServerConnection::start_segments(const BatchRef& batch, std::size_t first,
                                                std::size_t last) {
  const Batch::Wire& wire = wire_of(*batch);
  const BytesView bytes = wire.next_write(first, last, 0);
  if (bytes.size() == wire.segments[last - 1].end - wire.begin_of(first)) {
    count_out(*batch, first, last);
    write_part(bytes);
  } else {
    const SendStatus status = enqueue(batch, first, last);
    flush();
    if (!outbox_.empty()) return status;
  }
  return blocked_ ? SendStatus::queued : SendStatus::sent;
}

SendStatus FakeServerConnection::enqueue(const BatchRef& batch, std::size_t first,
                                         std::size_t last) {
  const Batch::Wire& wire = wire_of(*batch);
  Outbox::Entry entry{.batch = batch,
                      .first_segment = first,
                      .last_segment = last,
                      .bytes = wire.segments[last - 1].end - wire.begin_of(first)};
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
  // Compressed all the same when it waits: an entry of the fake has one encoding.
  const BytesView bytes = batch->plain().next_write(0, 1, 0);
  if (blocked_ || bytes.size() < batch->plain().bytes.size()) return send(batch, 0, 1);
  count_out(*batch, 0, 1);
  write_part(bytes);
  return blocked_ ? SendStatus::queued : SendStatus::sent;
}

void FakeServerConnection::count_out(const Batch& batch, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    stats_.messages_out += batch.plain().segments[i].messages;
  }
}

void FakeServerConnection::write_part(BytesView bytes) {
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
      const BatchRef batch = entry->batch;  // advance() may let go of it
      const BytesView bytes =
          wire_of(*batch).next_write(entry->first_segment, entry->last_segment, entry->sent);
      if (bytes.size() == entry->bytes) {
        count_out(*batch, entry->first_segment, entry->last_segment);
      }
      outbox_.advance(bytes.size());
      write_part(bytes);
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
