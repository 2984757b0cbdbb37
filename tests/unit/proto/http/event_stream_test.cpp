#include "core/proto/http/event_stream.h"

#include <catch2/catch.hpp>
#include <string>

using namespace wsb;
using namespace wsb::http;

namespace {

Bytes event(std::string_view type, BytesView data, std::uint64_t id = 0) {
  Bytes out;
  append_event(out, type, data, id);
  return out;
}

}  // namespace

TEST_CASE("an event is its fields and an empty line") {
  CHECK(event("", "hi") == "data: hi\n\n");
  CHECK(event("binary", "AAE=", 7) == "id: 7\nevent: binary\ndata: AAE=\n\n");
}

TEST_CASE("no data can end an event or begin a field") {
  CHECK(event("", "a\nb") == "data: a\ndata: b\n\n");
  CHECK(event("", "a\r\nb\rc\n\nd") == "data: a\ndata: b\ndata: c\ndata: \ndata: d\n\n");
  CHECK(event("", "x\n") == "data: x\ndata: \n\n");
  CHECK(event("", "\r") == "data: \ndata: \n\n");
  CHECK(event("", " x") == "data:  x\n\n");  // a client takes one space away
}

TEST_CASE("an empty message is an event too") { CHECK(event("", "") == "data: \n\n"); }

TEST_CASE("how long to wait is a field of its own") {
  Bytes out;
  append_retry(out, 2000);
  CHECK(out == "retry: 2000\n\n");
}
