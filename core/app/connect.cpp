#include "core/app/connect.h"

namespace wsb::app {

Result<ClientOutcome> run_client(const ClientConfig& config, net::Runtime& runtime,
                                 ClientFront& front) {
  WSB_TRY(validate(config));
  auto link = ClientLink::open(runtime, config);
  if (!link) return std::move(link).error();
  return front.talk(**link);
}

}  // namespace wsb::app
