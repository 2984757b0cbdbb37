#include "core/proto/socketio/decoder.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::socketio;

namespace {

struct Outcome {
  const ReceivedPacket* received = nullptr;
  std::string error{};
  ErrorCode code = ErrorCode::internal;
};

// What the last of some messages leads to; those that begin with '#' are binary.
Outcome feed(Decoder& decoder, std::initializer_list<std::string_view> messages) {
  Outcome outcome;
  for (const std::string_view message : messages) {
    const bool binary = message.starts_with('#');
    const auto result = decoder.feed(binary, message.substr(binary ? 1 : 0));
    outcome =
        result ? Outcome{*result} : Outcome{nullptr, result.error().message, result.error().code};
  }
  return outcome;
}

}  // namespace

TEST_CASE("a packet without attachments is whole at once") {
  Decoder decoder;
  const Outcome event = feed(decoder, {R"(2/admin,5["a",{"b":1}])"});
  REQUIRE(event.received);
  CHECK(event.received->packet.nsp == "/admin");
  CHECK(event.received->packet.id == 5);
  CHECK(event.received->event.name == "a");
  CHECK(event.received->event.args().front() == R"({"b":1})");
  CHECK(event.received->attachments.empty());

  const Outcome ack = feed(decoder, {"31[2,3]"});
  REQUIRE(ack.received);
  CHECK(ack.received->args == std::vector<BytesView>{"2", "3"});
}

TEST_CASE("a packet with attachments is whole with the last of them") {
  Decoder decoder;
  const std::string header =
      R"(52-/a,9["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])";
  {
    Bytes own = header;
    CHECK(*decoder.feed(false, own) == nullptr);
    own.assign(own.size(), '!');  // a view lives as long as the call
  }
  CHECK(decoder.in_packet());
  CHECK_FALSE(feed(decoder, {"#first"}).received);
  const Outcome outcome = feed(decoder, {"#"});
  REQUIRE(outcome.received);
  CHECK_FALSE(decoder.in_packet());
  CHECK(outcome.received->packet.type == PacketType::binary_event);
  CHECK(outcome.received->packet.nsp == "/a");
  CHECK(outcome.received->packet.id == 9);
  CHECK(outcome.received->event.name == "x");
  CHECK(outcome.received->event.args().size() == 2);
  CHECK(outcome.received->attachments == std::vector<BytesView>{"first", ""});
  decoder.release();
  CHECK(feed(decoder, {R"(2["next"])"}).received->attachments.empty());

  const Outcome ack = feed(decoder, {R"(61-4[{"_placeholder":true,"num":0}])", "#data"});
  REQUIRE(ack.received);
  CHECK(ack.received->attachments == std::vector<BytesView>{"data"});
}

TEST_CASE("each type has its payload") {
  for (const std::string_view text :
       {"0", "0{}", R"(0/x,{"a":[1]})", "0 { } ", "1", "1/x,", R"(4{"message":"m"})",
        R"(4"old servers")", R"(4 "spaced" )", R"(2["a"])", R"(2 ["a"])", "2[1]", "30[]"}) {
    CAPTURE(text);
    Decoder decoder;
    CHECK(feed(decoder, {text}).received);
  }
  for (const std::string_view text : {"0[]",
                                      "0\"a\"",
                                      "0{",
                                      "0{}{}",
                                      "01{}",
                                      "0{\"a\":\"\xFF\"}",
                                      "1{}",
                                      "1[]",
                                      "15",
                                      "4",
                                      "4[]",
                                      "41{}",
                                      R"(4"a)",
                                      "2",
                                      "2{}",
                                      "2[]",
                                      R"(2"a")",
                                      R"(2["connect"])",
                                      R"(2abc["a"])",
                                      R"(2-1["a"])",
                                      "3[]",
                                      "31",
                                      "31{}",
                                      "abc",
                                      "",
                                      "8"}) {
    CAPTURE(text);
    Decoder decoder;
    const Outcome outcome = feed(decoder, {text});
    CHECK_FALSE(outcome.received);
    CHECK(outcome.code == ErrorCode::protocol);
    CHECK_FALSE(outcome.error.empty());
  }
}

TEST_CASE("text and attachments come in their order or not at all") {
  const std::string header = R"(51-["x",{"_placeholder":true,"num":0}])";
  Decoder text;
  CHECK(feed(text, {header, R"(2["a"])"}).error == "a text while attachments are missing");
  Decoder early;
  CHECK(feed(early, {"#data"}).error == "a binary message that no packet announced");
  Decoder late;
  CHECK(feed(late, {header, "#1", "#2"}).error == "a binary message that no packet announced");
  Decoder after;
  CHECK(feed(after, {R"(2["a"])", "#1"}).error == "a binary message that no packet announced");
}

TEST_CASE("a bad placeholder is found before any attachment is taken") {
  Decoder decoder;
  CHECK(feed(decoder, {R"(51-["x",{"_placeholder":true,"num":1}])"}).error ==
        "illegal attachments: a placeholder names none of the 1");
  Decoder ack;
  CHECK(feed(ack, {R"(61-0[{"_placeholder":true,"num":1}])"}).error ==
        "illegal attachments: a placeholder names none of the 1");
  Decoder plain;  // in an event without attachments it is an object like any other
  CHECK(feed(plain, {R"(2["x",{"_placeholder":true,"num":1}])"}).received);
}

TEST_CASE("attachments are limited in number and in bytes together") {
  Decoder decoder({2, 10});
  const std::string two = R"(52-["x"])";
  CHECK(feed(decoder, {two, "#12345", "#67890"}).received);
  CHECK(feed(decoder, {two, "#12345", "#67890"}).received);  // counted anew for each packet
  const Outcome bytes = feed(decoder, {two, "#12345", "#678901"});
  CHECK(bytes.error == "attachments of more than 10 bytes together");
  CHECK(bytes.code == ErrorCode::too_large);

  Decoder number({2, 10});
  const Outcome many = feed(number, {R"(53-["x"])"});
  CHECK(many.error == "too many attachments: 3, not more than 2 are taken");
  CHECK(many.code == ErrorCode::too_large);
}
