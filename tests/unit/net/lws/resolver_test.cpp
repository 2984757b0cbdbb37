#include "core/net/lws/resolver.h"

#include "tests/support/loop_script.h"

namespace wsb::net {
namespace {

using Answer = Result<std::vector<SocketAddress>>;

TEST_CASE("lookups of one name are answered each with its own port, later ones from memory") {
  LoopScript script;
  Resolver resolver(script.loop());
  std::vector<std::string> answers;
  const auto ask = [&](std::uint16_t port) {
    resolver.resolve("localhost", port, [&, port](const Answer& answer) {
      REQUIRE(answer);
      for (const SocketAddress& address : *answer)
        CHECK(address.text().ends_with(":" + std::to_string(port)));
      answers.push_back(answer->front().text());
    });
  };
  ask(1);
  ask(2);
  CHECK(answers.empty());
  script.when([&] { return answers.size() == 2; }, [&] {
    ask(3);
    CHECK(answers.size() == 2);  // never inside the call
  });
  script.when([&] { return answers.size() == 3; });
  script.run();
}

TEST_CASE("a name that does not exist is an error that names it, and is asked for anew") {
  LoopScript script;
  Resolver resolver(script.loop());
  int errors = 0;
  const auto ask = [&] {
    resolver.resolve("name.invalid", 80, [&](const Answer& answer) {
      REQUIRE_FALSE(answer);
      CHECK(answer.error().code == ErrorCode::resolve);
      CHECK(answer.error().text().starts_with("cannot resolve 'name.invalid': "));
      ++errors;
    });
  };
  ask();
  script.when([&] { return errors == 1; }, ask);
  script.when([&] { return errors == 2; });
  script.run();
}

TEST_CASE("who has been forgotten is not called, nor is anybody once the resolver is gone") {
  LoopScript script;
  auto resolver = std::make_unique<Resolver>(script.loop());
  int answers = 0;
  const auto count = [&](const Answer&) { ++answers; };
  const Resolver::Ticket first = resolver->resolve("localhost", 1, count);
  resolver->resolve("localhost", 2, count);
  resolver->forget(first);
  script.when([&] { return answers == 1; }, [&] {
    resolver->resolve("another.invalid", 3, count);
    resolver.reset();
  });
  script.when([] { return true; });
  script.run();
  CHECK(answers == 1);
}

}  // namespace
}  // namespace wsb::net
