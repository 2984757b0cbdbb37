#pragma once

// Compresses messages (RFC 7692 §7.2.1): a raw DEFLATE stream, flushed after each message, its last
// four octets 00 00 ff ff left out. With no_context_takeover every message begins with a fresh
// context: such a message can be sent to any number of receivers whose window is large enough, with
// or without takeover on their side; that is how a broadcast is compressed once.
// Owned by an endpoint or a worker; memory (up to 268 KB) is taken at the first message.

#include <memory>

#include "core/base/bytes.h"

struct z_stream_s;

namespace wsb::ws {

struct DeflaterOptions {
  int window_bits = 15;  // 9 to 15
  bool no_context_takeover = false;
  int level = 6;         // 0 to 9, as zlib's
  int memory_level = 8;  // 1 to 9, as zlib's
};

class Deflater {
 public:
  explicit Deflater(DeflaterOptions options);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  // Appends the compressed payload of one whole message to `out`.
  void compress(BytesView message, Bytes& out);

  [[nodiscard]] const DeflaterOptions& options() const { return options_; }

 private:
  struct Free {
    void operator()(z_stream_s* stream) const;
  };

  void start();

  DeflaterOptions options_;
  std::unique_ptr<z_stream_s, Free> stream_;
};

}  // namespace wsb::ws
