#include "core/net/lws/trampoline.h"

#include <catch2/catch.hpp>

#include <cstring>

namespace wsb::net {

TEST_CASE("compression is offered on the version of libwebsockets that it was tried with") {
  CHECK(kDeflateSupported);
  // What the headers promise is what is loaded.
  const std::string expected = std::to_string(LWS_LIBRARY_VERSION_MAJOR) + "." +
                               std::to_string(LWS_LIBRARY_VERSION_MINOR) + ".";
  CHECK(std::string(lws_get_library_version()).starts_with(expected));
}

TEST_CASE("a write is larger than any batch, and a read small") {
  const lws_protocols* table = server_protocols();
  CHECK(std::strcmp(table[0].name, kServerProtocol) == 0);
  CHECK(table[0].tx_packet_size == 1U << 20U);
  CHECK(table[0].rx_buffer_size == 2048);
  CHECK(table[0].per_session_data_size == 0);
  CHECK(table[1].callback == nullptr);
}

TEST_CASE("the extension touches nothing, whatever it is asked") {
  const lws_extension* table = server_extensions();
  CHECK(std::strcmp(table[0].name, "permessage-deflate") == 0);
  for (const auto reason : {LWS_EXT_CB_PAYLOAD_RX, LWS_EXT_CB_PAYLOAD_TX, LWS_EXT_CB_DESTROY,
                            LWS_EXT_CB_PACKET_TX_PRESEND, LWS_EXT_CB_OPTION_SET}) {
    CHECK(table[0].callback(nullptr, table, nullptr, reason, nullptr, nullptr, 0) == 0);
  }
  CHECK(table[1].callback == nullptr);
}

}  // namespace wsb::net
