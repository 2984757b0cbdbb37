#include "core/hub/shard.h"

#include <utility>

namespace wsb::hub {

Shard::Shard(std::vector<session::Encoding> encodings, Inbox& inbox, std::vector<Inbox*> others)
    : room_(std::move(encodings)), inbox_(inbox), others_(std::move(others)) {}

void Shard::join(net::Connection& connection, session::Encoding encoding) {
  if (room_.pending_bytes() > 0) flush();
  room_.audience(encoding).join(connection);
}

void Shard::leave(net::ConnectionId id, session::Encoding encoding) {
  room_.audience(encoding).leave(id, counters_);
}

void Shard::publish(net::ConnectionId sender, ws::Opcode opcode, BytesView payload) {
  ++counters_.messages;
  counters_.payload_bytes += payload.size();
  room_.publish(sender, opcode, payload);
}

void Shard::receive() {
  inbox_.drain([this](const Parcel& parcel) {
    room_.audience(parcel.encoding).deliver_foreign(parcel.batch, counters_);
  });
}

void Shard::flush() {
  for (const session::Encoding encoding : room_.encodings()) {
    Audience& audience = room_.audience(encoding);
    audience.seal();
    // The others first: they deliver while this worker does.
    for (const net::BatchRef& batch : audience.sealed()) post_to_others(encoding, batch);
    audience.deliver_sealed(counters_);
  }
}

void Shard::post_to_others(session::Encoding encoding, const net::BatchRef& batch) {
  for (Inbox* other : others_) {
    if (!other->post(Parcel{encoding, batch})) ++counters_.mailbox_refusals;
  }
}

Counters Shard::counters() const {
  Counters counters = counters_;
  counters.members = room_.size();
  return counters;
}

}  // namespace wsb::hub
