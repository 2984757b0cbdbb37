#include "core/proto/ws/message_buffer.h"

#include <catch2/catch.hpp>

#include <cstring>

using namespace wsb;
using namespace wsb::ws;

TEST_CASE("a message buffer holds what is appended and committed") {
  MessageBuffer buffer;
  CHECK(buffer.view().empty());
  CHECK(buffer.capacity() == 0);
  buffer.append("abc");
  std::memcpy(buffer.reserve(3), "def", 3);
  CHECK(buffer.view() == "abc");
  buffer.commit(3);
  CHECK(buffer.view() == "abcdef");
  CHECK(buffer.view_from(4) == "ef");
}

TEST_CASE("a message buffer keeps its bytes while it grows") {
  MessageBuffer buffer;
  Bytes expected;
  for (int i = 0; i < 5000; ++i) {
    const Bytes part(static_cast<std::size_t>(i % 7), static_cast<char>('a' + i % 26));
    buffer.append(part);
    expected += part;
  }
  CHECK(buffer.view() == expected);
}

TEST_CASE("a message buffer grows with its bytes, by doubling at most") {
  MessageBuffer buffer;
  buffer.append(Bytes(1000, 'x'));
  CHECK(buffer.capacity() == 1000);
  buffer.append("y");
  CHECK(buffer.capacity() == 2000);
}

TEST_CASE("a message buffer keeps small memory and gives large memory back") {
  MessageBuffer buffer;
  buffer.append(Bytes(MessageBuffer::kKeptBytes, 'x'));
  buffer.clear();
  CHECK(buffer.size() == 0);
  CHECK(buffer.capacity() == MessageBuffer::kKeptBytes);
  buffer.append(Bytes(MessageBuffer::kKeptBytes + 1, 'x'));
  buffer.clear();
  CHECK(buffer.capacity() == 0);
  buffer.append("again");
  CHECK(buffer.view() == "again");
}
