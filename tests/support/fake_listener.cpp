#include "tests/support/fake_listener.h"

#include "tests/support/fake_net.h"

namespace wsb::net {

FakeListener::FakeListener(FakeRuntime& runtime, FakeLoop& loop, const Config& config,
                           ConnectionHandler& connections, HttpHandler& http)
    : runtime_(runtime),
      loop_(loop),
      port_(config.port),
      pool_(loop, loop.ids(), config.listen, connections, http) {
  loop_.add_guest(*this);
  runtime_.add_listener(port_, *this);
}

FakeListener::~FakeListener() {
  loop_ending();
  loop_.remove_guest(*this);
  runtime_.remove_listener(port_, *this);
}

void FakeListener::stop_accepting() {
  accepting_ = false;
  pool_.wind_down();
}

void FakeListener::loop_ending() {
  accepting_ = false;
  pool_.drop_all();
}

}  // namespace wsb::net
