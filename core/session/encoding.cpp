#include "core/session/encoding.h"

#include <string>

#include "core/base/check.h"

namespace wsb::session {
namespace {

constexpr std::string_view kPlaceholder = R"({"_placeholder":true,"num":0})";
constexpr char kEngineioMessage = '4';

// A binary message of a client of the other kind is an argument with one attachment, and the other
// way round.
bool is_one_binary(const Said& said) {
  return said.kind == Said::Kind::json && said.attachments.size() == 1 &&
         said.payload == kPlaceholder;
}

void append_envelope(Bytes& out, const Said& said, const Mark& mark) {
  switch (said.kind) {
    case Said::Kind::text: return append_broadcast(out, said.payload, mark);
    case Said::Kind::json: return append_broadcast_json(out, said.payload, mark);
    case Said::Kind::binary: return append_broadcast_json(out, kPlaceholder, mark);
  }
}

Encoded encode_plain(const Said& said, Bytes& scratch, const Mark& mark) {
  if (said.kind == Said::Kind::binary) return {ws::Opcode::binary, said.payload};
  if (is_one_binary(said)) return {ws::Opcode::binary, said.attachments.front()};
  scratch.clear();
  append_envelope(scratch, said, mark);
  return {ws::Opcode::text, scratch, said.attachments};
}

Encoded encode_socketio(const Said& said, Bytes& scratch, const Mark& mark,
                        std::string_view nsp) {
  const bool binary = said.kind == Said::Kind::binary;
  const std::span<const BytesView> attachments =
      binary ? std::span<const BytesView>(&said.payload, 1) : said.attachments;
  Bytes envelope;
  append_envelope(envelope, said, mark);
  scratch.clear();
  append_socketio_message(scratch, nsp, envelope, attachments.size(), mark.offset);
  return {ws::Opcode::text, scratch, attachments};
}

}  // namespace

std::string_view placeholder() { return kPlaceholder; }

void append_socketio_message(Bytes& out, std::string_view nsp, BytesView envelope,
                             std::size_t attachments, std::uint64_t offset) {
  out += kEngineioMessage;
  if (attachments == 0) {
    out += '2';
  } else {
    (out += '5') += std::to_string(attachments) + '-';
  }
  if (nsp != "/") (out += nsp) += ',';
  out += R"(["message",)";
  out += envelope;
  if (offset != 0) ((out += ",\"") += std::to_string(offset)) += '"';
  out += ']';
}

Encoded encode(Encoding encoding, const Said& said, Bytes& scratch, const Mark& mark,
               std::string_view nsp) {
  switch (encoding) {
    case Encoding::plain: return encode_plain(said, scratch, mark);
    case Encoding::socketio: return encode_socketio(said, scratch, mark, nsp);
    case Encoding::raw: break;
  }
  WSB_CHECK(said.kind != Said::Kind::json);
  const bool binary = said.kind == Said::Kind::binary;
  return {binary ? ws::Opcode::binary : ws::Opcode::text, said.payload};
}

}  // namespace wsb::session
