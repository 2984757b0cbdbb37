#include "core/base/result.h"

#include <catch2/catch.hpp>

#include <memory>
#include <string>

using namespace wsb;

namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return make_error(ErrorCode::invalid_argument, "odd");
  return number / 2;
}

Result<void> check_even(int number) {
  WSB_TRY(half(number));
  return {};
}

Result<std::string> describe(int number) {
  WSB_TRY(check_even(number));
  return std::string("even");
}

}  // namespace

TEST_CASE("a result holds a value") {
  const Result<int> result = half(4);
  REQUIRE(result.has_value());
  CHECK(static_cast<bool>(result));
  CHECK(result.value() == 2);
  CHECK(*result == 2);
  CHECK(result.value_or(7) == 2);
}

TEST_CASE("a result holds an error") {
  const Result<int> result = half(3);
  REQUIRE_FALSE(result.has_value());
  CHECK_FALSE(static_cast<bool>(result));
  CHECK(result.error().code == ErrorCode::invalid_argument);
  CHECK(result.error().text() == "odd");
  CHECK(result.value_or(7) == 7);
}

TEST_CASE("a value is changed in place and moved out of a result") {
  Result<std::string> text = std::string("abc");
  text.value() += "d";
  CHECK(text->size() == 4);

  Result<std::unique_ptr<int>> owner = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = std::move(owner).value();
  CHECK(*taken == 5);
}

TEST_CASE("a result of nothing is success or an error") {
  CHECK(Result<void>().has_value());
  const Result<void> failed = make_error(ErrorCode::timeout, "too late");
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().text() == "too late");
}

TEST_CASE("a tried expression hands its error on through results of other types") {
  CHECK(describe(2).value() == "even");
  CHECK(describe(1).error().text() == "odd");
  Error taken = describe(1).error();
  CHECK(std::move(taken).with_context("number 1").text() == "number 1: odd");
}
