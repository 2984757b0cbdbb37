#include "core/proto/ws/deflate_negotiation.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::ws;

namespace {

// The answer's header and the parameters, in one line; "none" without an agreement.
std::string choose(std::string_view offers, const DeflateConfig& config = {}) {
  const auto agreement = choose_deflate(parse_deflate_offers({offers}), config);
  return agreement ? agreement->header_value : "none";
}

std::string judge(std::string_view answer, std::string_view offers) {
  const auto params = judge_deflate_answer({answer}, parse_deflate_offers({offers}));
  if (!params) {
    CHECK(params.error().code == ErrorCode::handshake_invalid);
    return params.error().message;
  }
  if (!*params) return "none";
  const DeflateParams& p = **params;
  return std::to_string(p.server_max_window_bits) + " " + std::to_string(p.client_max_window_bits) +
         (p.server_no_context_takeover ? " server" : "") +
         (p.client_no_context_takeover ? " client" : "");
}

struct Case {
  const char* offer;
  const char* answer;
};

}  // namespace

TEST_CASE("RFC 7692 5 and 7.1: what the server answers to an offer") {
  const Case cases[] = {
      {"permessage-deflate", "permessage-deflate"},
      {"Permessage-Deflate", "permessage-deflate"},
      {" permessage-deflate ; client_max_window_bits ", "permessage-deflate"},
      {"permessage-deflate; server_no_context_takeover",
       "permessage-deflate; server_no_context_takeover"},
      {"permessage-deflate; client_no_context_takeover",
       "permessage-deflate; client_no_context_takeover"},
      {"permessage-deflate; server_max_window_bits=10",
       "permessage-deflate; server_max_window_bits=10"},
      {"permessage-deflate; server_max_window_bits=15",
       "permessage-deflate; server_max_window_bits=15"},
      {"permessage-deflate; client_max_window_bits=9",
       "permessage-deflate; client_max_window_bits=9"},
      {"permessage-deflate; client_max_window_bits=8",
       "permessage-deflate; client_max_window_bits=8"},
      {"permessage-deflate; server_max_window_bits=\"10\"",
       "permessage-deflate; server_max_window_bits=10"},
      {"permessage-deflate; server_max_window_bits=9, permessage-deflate",
       "permessage-deflate; server_max_window_bits=9"},
      {"x-webkit-deflate-frame, permessage-deflate", "permessage-deflate"},
      {"mux; max-channels=4; flow-control, permessage-deflate", "permessage-deflate"},
      {"permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
       "server_max_window_bits=9; client_max_window_bits=9",
       "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
       "server_max_window_bits=9; client_max_window_bits=9"},
  };
  for (const Case& c : cases) CHECK(choose(c.offer) == c.answer);
}

TEST_CASE("RFC 7692 7.1: an offer with a bad parameter is declined, the next one is tried") {
  for (const char* bad : {
           "permessage-deflate; unknown",
           "permessage-deflate; unknown=1",
           "permessage-deflate; server_no_context_takeover=1",
           "permessage-deflate; client_no_context_takeover=\"\"",
           "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
           "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
           "permessage-deflate; server_max_window_bits",
           "permessage-deflate; server_max_window_bits=",
           "permessage-deflate; server_max_window_bits=7",
           "permessage-deflate; server_max_window_bits=16",
           "permessage-deflate; server_max_window_bits=010",
           "permessage-deflate; server_max_window_bits=1e1",
           "permessage-deflate; server_max_window_bits=-9",
           "permessage-deflate; server_max_window_bits=9; server_max_window_bits=9",
           "permessage-deflate; client_max_window_bits=7",
           "permessage-deflate; client_max_window_bits=16",
           "permessage-deflate; client_max_window_bits=\"\"",
           "permessage-deflate; client_max_window_bits; client_max_window_bits",
           "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
           "permessage-deflate; Server_No_Context_Takeover",
           "permessage-deflate-2",
           "",
       }) {
    CHECK(choose(bad) == "none");
    CHECK(choose(std::string(bad) + ", permessage-deflate; client_max_window_bits=12") ==
          "permessage-deflate; client_max_window_bits=12");
  }
}

TEST_CASE("RFC 7692 7.1.2.1: a server window of 8 bits, which zlib cannot make, is declined") {
  CHECK(choose("permessage-deflate; server_max_window_bits=8") == "none");
  CHECK(choose("permessage-deflate; server_max_window_bits=8, permessage-deflate") ==
        "permessage-deflate");
}

TEST_CASE("the server's own wishes go into its answer") {
  DeflateConfig config;
  config.server_max_window_bits = 11;
  config.client_max_window_bits = 10;
  config.server_no_context_takeover = true;
  config.client_no_context_takeover = true;
  CHECK(choose("permessage-deflate; client_max_window_bits", config) ==
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
        "server_max_window_bits=11; client_max_window_bits=10");
  // A client that cannot be told a window may use the full one.
  CHECK(choose("permessage-deflate", config) ==
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
        "server_max_window_bits=11");
  CHECK(choose_deflate(parse_deflate_offers({"permessage-deflate"}), config)
            ->params.client_max_window_bits == 15);
  CHECK(choose("permessage-deflate; server_max_window_bits=9; client_max_window_bits=9", config) ==
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
        "server_max_window_bits=9; client_max_window_bits=9");
  config.enabled = false;
  CHECK(choose("permessage-deflate", config) == "none");
}

TEST_CASE("offers may be spread over several headers") {
  const auto offers = parse_deflate_offers(
      {"permessage-deflate; server_max_window_bits=8", "foo", "permessage-deflate"});
  CHECK(offers.size() == 2);
  CHECK(choose_deflate(offers, {})->header_value == "permessage-deflate");
}

TEST_CASE("an offer is written as it is read") {
  for (const char* text :
       {"permessage-deflate", "permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
        "server_max_window_bits=9; client_max_window_bits=15"}) {
    const auto offers = parse_deflate_offers({text});
    REQUIRE(offers.size() == 1);
    CHECK(offers.front().text() == text);
  }
}

TEST_CASE("RFC 7692 7.1: what the client makes of an answer") {
  const std::string all = "permessage-deflate; client_max_window_bits";
  CHECK(judge("", all) == "none");
  CHECK(judge("permessage-deflate", all) == "15 15");
  CHECK(judge("permessage-deflate; server_no_context_takeover", all) == "15 15 server");
  CHECK(judge("permessage-deflate; client_no_context_takeover", all) == "15 15 client");
  CHECK(judge("permessage-deflate; server_max_window_bits=9", all) == "9 15");
  CHECK(judge("permessage-deflate; client_max_window_bits=8", all) == "15 8");
  CHECK(judge("permessage-deflate; client_max_window_bits=\"9\"", all) == "15 9");
  // What the client announced holds, also when the answer is silent about it.
  CHECK(judge("permessage-deflate",
              "permessage-deflate; client_max_window_bits=10; "
              "client_no_context_takeover") == "15 10 client");
}

TEST_CASE("RFC 7692 7.1: an answer that was not offered, or is malformed, ends the handshake") {
  const std::string plain = "permessage-deflate";
  CHECK(judge("permessage-deflate", "") ==
        "server answers extension 'permessage-deflate': it was not offered");
  CHECK(judge("x-foo; a=1", plain) == "server answers extension 'x-foo; a=1': it was not offered");
  CHECK(judge("permessage-deflate, permessage-deflate", plain) ==
        "server answers extension 'permessage-deflate': it is answered twice");
  CHECK(judge("permessage-deflate; client_max_window_bits=10", plain) ==
        "server answers extension 'permessage-deflate; client_max_window_bits=10': "
        "client_max_window_bits was not offered");
  for (const char* bad :
       {"permessage-deflate; foo", "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover"}) {
    CHECK(judge(bad, "permessage-deflate; client_max_window_bits") ==
          "server answers extension '" + std::string(bad) +
              "': a parameter is unknown, doubled or malformed");
  }
}

TEST_CASE("RFC 7692 7.1: an answer must keep to what the offer asked for") {
  CHECK(judge("permessage-deflate", "permessage-deflate; server_no_context_takeover") ==
        "server answers extension 'permessage-deflate': "
        "it leaves out server_no_context_takeover, which was asked for");
  for (const char* answer :
       {"permessage-deflate", "permessage-deflate; server_max_window_bits=11"}) {
    CHECK(judge(answer, "permessage-deflate; server_max_window_bits=10") ==
          "server answers extension '" + std::string(answer) +
              "': its server_max_window_bits is larger than what was asked for");
  }
  CHECK(judge("permessage-deflate; server_max_window_bits=9",
              "permessage-deflate; server_max_window_bits=10") == "9 15");
  CHECK(judge("permessage-deflate; client_max_window_bits=12",
              "permessage-deflate; client_max_window_bits=11") ==
        "server answers extension 'permessage-deflate; client_max_window_bits=12': "
        "its client_max_window_bits is larger than what was offered");
  // Of several offers any may be the one that is answered.
  CHECK(judge("permessage-deflate",
              "permessage-deflate; server_no_context_takeover, permessage-deflate") == "15 15");
}

TEST_CASE("a configuration is checked") {
  const auto fault = [](int server, int client) {
    DeflateConfig config;
    config.server_max_window_bits = server;
    config.client_max_window_bits = client;
    const Result<void> result = config.validate();
    return result ? std::string() : result.error().message;
  };
  CHECK(fault(9, 8).empty());
  CHECK(fault(15, 15).empty());
  CHECK(fault(8, 15) == "server_max_window_bits is 8: it must be from 9 to 15");
  CHECK(fault(16, 15) == "server_max_window_bits is 16: it must be from 9 to 15");
  CHECK(fault(15, 7) == "client_max_window_bits is 7: it must be from 8 to 15");
  CHECK(fault(15, 16) == "client_max_window_bits is 16: it must be from 8 to 15");
}
