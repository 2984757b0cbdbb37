// Steady fan-out must not allocate for a delivery, however many there are. This file counts every
// allocation of the test program.

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "core/hub/shard.h"

namespace {

std::atomic<std::uint64_t> allocations{0};

void* counted(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
// The sanitizers bring their own of these, whose memory free() below must not get.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

using namespace wsb;
using namespace wsb::hub;
using session::Encoding;

namespace {

class CountingConnection final : public net::Connection {
 public:
  explicit CountingConnection(std::uint32_t slot) : id_{slot, 1} {}
  [[nodiscard]] net::ConnectionId id() const override { return id_; }
  [[nodiscard]] const net::ConnectionInfo& info() const override { return info_; }
  [[nodiscard]] net::ConnectionStats stats() const override { return {}; }
  net::SendStatus send(const net::BatchRef& batch, std::size_t first, std::size_t last) override {
    const net::Batch::Wire& wire = batch->plain();
    bytes += wire.segments[last - 1].end - wire.begin_of(first);
    return net::SendStatus::sent;
  }
  net::SendStatus send(ws::Opcode, BytesView, bool) override { return net::SendStatus::sent; }
  void ping(BytesView) override {}
  void close(std::uint16_t, std::string_view) override {}
  void abort() override {}
  void pause_reading() override {}
  void resume_reading() override {}

  std::size_t bytes = 0;

 private:
  const net::ConnectionId id_;
  net::ConnectionInfo info_;
};

struct Crowd {
  explicit Crowd(std::uint32_t size)
      : inbox({}, [] { return true; }), shard({Encoding::plain}, inbox, {}) {
    for (std::uint32_t slot = 0; slot < size; ++slot) {
      members.push_back(std::make_unique<CountingConnection>(slot));
      shard.join(*members.back(), Encoding::plain);
    }
  }

  // Allocations of one turn with a few messages of two senders.
  std::uint64_t turn() {
    const std::uint64_t before = allocations.load();
    for (int i = 0; i < 8; ++i) {
      shard.publish(members[static_cast<std::size_t>(i % 2)]->id(), ws::Opcode::text,
                    R"({"reading":21.5,"unit":"C"})");
    }
    shard.flush();
    return allocations.load() - before;
  }

  Inbox inbox;
  Shard shard;
  std::vector<std::unique_ptr<CountingConnection>> members;
};

}  // namespace

TEST_CASE("10,000 receivers cost no more allocations than 2") {
  Crowd few(2);
  Crowd many(10'000);
  for (int i = 0; i < 4; ++i) {  // until all buffers have grown
    (void)few.turn();
    (void)many.turn();
  }
  const std::uint64_t of_few = few.turn();
  const std::uint64_t of_many = many.turn();
  CHECK(of_many == of_few);
  CHECK(of_many <= 4);  // the batch itself and its reference count; nothing for a message
  CHECK(many.shard.counters().deliveries == 5 * (8 * 10'000 - 8));
  const std::string payload = R"({"type":"broadcast","payload":{"reading":21.5,"unit":"C"}})";
  CHECK(many.members[9'999]->bytes == 5 * 8 * (2 + payload.size()));
}
