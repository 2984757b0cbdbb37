#pragma once

// A blocking WebSocket and HTTP client on a plain or TLS socket, for tests: it sends what it is
// told, right or wrong, and shows what came. Nothing blocks for more than ten seconds.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <openssl/types.h>

#include "core/base/random.h"
#include "core/proto/ws/frame_encoder.h"
#include "core/proto/ws/message_decoder.h"

namespace wsb::net {

class TestClient final : private ws::MessageSink {
 public:
  enum class Security { plain, tls };

  explicit TestClient(std::uint16_t port, Security security = Security::plain);
  ~TestClient() override;
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  // The raw side. False: the server has hung up.
  bool send_raw(BytesView bytes);
  // What came until `end`, or the end of the stream.
  [[nodiscard]] std::string read_until(std::string_view end);
  [[nodiscard]] std::string read_bytes(std::size_t size);
  // Head and body of an HTTP response with a Content-Length.
  [[nodiscard]] std::string read_response();
  [[nodiscard]] std::string read_to_end();
  void shrink_receive_buffer();
  // Of a TLS server.
  [[nodiscard]] std::string certificate_pem() const;

  // A good upgrade; returns the answer's head. `extra` are whole header lines, `behind` goes with
  // the request, after its end.
  std::string upgrade(const std::string& target = "/", const std::string& extra = {},
                      const std::string& behind = {});

  // Frames, masked.
  void send_text(BytesView text) { send_frame(ws::Opcode::text, text); }
  void send_frame(ws::Opcode opcode, BytesView payload, ws::FrameFlags flags = {});
  void send_close(std::uint16_t code, std::string_view reason = {});
  // With permessage-deflate, in one frame.
  void send_compressed(BytesView text);

  // Waits for the next message and returns it; "" and a failed check when none comes.
  [[nodiscard]] std::string next();
  [[nodiscard]] bool last_was_compressed() const { return compressed_; }
  [[nodiscard]] std::string next_pong();
  // Waits for the server's Close frame, answers it unless we closed or were told not to, and waits
  // for the end of the stream: "1000 reason", "1005 ", "none" without a Close frame.
  [[nodiscard]] std::string wait_close();
  void do_not_answer_close() { answers_close_ = false; }

 private:
  void on_message(const ws::Message& message) override;
  void on_ping(BytesView payload) override;
  void on_pong(BytesView payload) override;
  void on_close(const ws::CloseInfo& info) override;
  void on_error(const ws::ProtocolError& error) override;
  [[nodiscard]] bool read_some();
  [[nodiscard]] bool read_frames();

  int fd_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* tls_ = nullptr;
  std::string input_;
  SystemRandom random_;
  ws::FrameEncoder encoder_ = ws::FrameEncoder::for_client(random_);
  std::unique_ptr<ws::MessageDecoder> decoder_;
  std::vector<std::string> messages_;
  std::vector<bool> compressed_flags_;
  std::vector<std::string> pongs_;
  std::string close_ = "none";
  bool compressed_ = false;
  bool answers_close_ = true;
};

}  // namespace wsb::net
