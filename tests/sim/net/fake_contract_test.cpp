// The contract of net_contract.h, kept by the fake network.

#include "tests/support/fake_net.h"
#include "tests/support/net_contract.h"

namespace wsb::net {
namespace {

class FakeNetwork final : public NetworkUnderTest {
 public:
  FakeNetwork() : loop_(fake_.make_loop().value()) {}

  Runtime& runtime() override { return fake_; }
  Loop& loop() override { return *loop_; }
  void on_loop(const std::function<void()>& action) override { action(); }
  bool run_until(const std::function<bool()>& done, Duration limit) override {
    return fake_.run_until(done, limit);
  }
  void settle() override { fake_.run_until_idle(); }
  void stop_loop() override {
    loop_->stop();
    loop_->run();
  }
  std::uint16_t silent_port() override {
    fake_.listen_raw(*loop_, 19, [this](std::unique_ptr<ByteStream> stream) {
      stream->start(silence_);
      silent_.push_back(std::move(stream));
    });
    return 19;
  }
  std::uint16_t closed_port() override { return 1; }

 private:
  class Silence final : public StreamEvents {
    void on_phase(Phase) override {}
    void on_bytes(BytesView) override {}
    void on_writable() override {}
    void on_end(const StreamEnd&) override {}
  };
  FakeRuntime fake_;
  Silence silence_;
  std::unique_ptr<Loop> loop_;
  std::vector<std::unique_ptr<ByteStream>> silent_;
};

}  // namespace

std::unique_ptr<NetworkUnderTest> make_network_under_test() {
  return std::make_unique<FakeNetwork>();
}

}  // namespace wsb::net
