#pragma once

// Decompresses messages (RFC 7692 §7.2.2), part by part as they arrive, with a limit on the size of
// the result that acts before memory is taken. Blocks with BFINAL set are accepted (§7.2.3.4).
// Owned by a decoder; one thread at a time. Memory (up to 48 KB) is taken at the first message.

#include <cstddef>
#include <memory>

#include "core/base/bytes.h"
#include "core/proto/ws/message_buffer.h"

struct z_stream_s;

namespace wsb::ws {

struct InflaterOptions {
  int window_bits = 15;  // 8 to 15
  bool no_context_takeover = false;
};

class Inflater {
 public:
  enum class Status { ok, too_large, bad_data };

  explicit Inflater(InflaterOptions options);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Appends what `in` inflates to. `max_size` bounds out.size(). After anything but ok the inflater
  // is of no more use.
  [[nodiscard]] Status feed(BytesView in, MessageBuffer& out, std::size_t max_size);
  // Ends the message: the octets 00 00 ff ff that the sender left out.
  [[nodiscard]] Status finish(MessageBuffer& out, std::size_t max_size);

 private:
  struct Free {
    void operator()(z_stream_s* stream) const;
  };

  void start();
  [[nodiscard]] Status run(BytesView in, MessageBuffer& out, std::size_t max_size);
  [[nodiscard]] bool restart_after_final_block();

  InflaterOptions options_;
  std::unique_ptr<z_stream_s, Free> stream_;
  bool final_block_ended_ = false;  // and nothing came after it yet
};

}  // namespace wsb::ws
