#include "core/app/password_desk.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>

using namespace wsb;
using namespace wsb::app;
using Reply = PasswordDesk::Reply;

namespace {

// Ada and Bob have the same hash; `second` takes Bob's place.
std::shared_ptr<const session::PasswordFile> file_with(const std::string& salt,
                                                       const std::string& second = "bob") {
  const std::string hash = "$5$" + salt + "$" + std::string(43, 'h');
  return std::make_shared<const session::PasswordFile>(
      session::PasswordFile::parse("ada:" + hash + "\n" + second + ":" + hash + "\n").value());
}

// A check that waits for leave, and counts.
struct SlowCheck {
  PasswordDesk::Check check() {
    return [this](const session::PasswordFile&, std::string_view, std::string_view password) {
      ++checks;
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return open; });
      return password == "right";
    };
  }
  void let_go() {
    {
      const std::lock_guard lock(mutex);
      open = true;
    }
    changed.notify_all();
  }

  std::atomic<int> checks{0};
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
};

struct Answer {
  std::function<void(bool)> take() {
    return [this](bool good) { promise.set_value(good); };
  }
  bool wait() { return promise.get_future().get(); }
  std::promise<bool> promise;
};

void no_answer(bool) { FAIL("nobody asked"); }

}  // namespace

TEST_CASE("a good password is checked once, a wrong one each time") {
  SlowCheck slow;
  slow.let_go();
  PasswordDesk desk(slow.check());
  const auto file = file_with("a");
  Answer good;
  CHECK(desk.ask({"ada", "right", file}, good.take()) == Reply::later);
  CHECK(good.wait());
  CHECK(desk.ask({"ada", "right", file}, no_answer) == Reply::good);
  CHECK(slow.checks == 1);
  for (int i = 0; i < 2; ++i) {
    Answer bad;
    CHECK(desk.ask({"ada", "wrong", file}, bad.take()) == Reply::later);
    CHECK_FALSE(bad.wait());
  }
  CHECK(slow.checks == 3);
}

TEST_CASE("what is remembered holds for one user and one line of the file") {
  SlowCheck slow;
  slow.let_go();
  PasswordDesk desk(slow.check());
  Answer first;
  CHECK(desk.ask({"ada", "right", file_with("a")}, first.take()) == Reply::later);
  CHECK(first.wait());
  CHECK(desk.ask({"ada", "right", file_with("a")}, no_answer) == Reply::good);
  Answer other_user;
  CHECK(desk.ask({"bob", "right", file_with("a")}, other_user.take()) == Reply::later);
  Answer other_hash;
  CHECK(desk.ask({"ada", "right", file_with("b")}, other_hash.take()) == Reply::later);
  Answer nobody;
  CHECK(desk.ask({"eve", "right", file_with("a")}, nobody.take()) == Reply::later);
  CHECK((other_user.wait() && other_hash.wait() && nobody.wait()));
  Answer removed;
  CHECK(desk.ask({"bob", "right", file_with("a", "carl")}, removed.take()) == Reply::later);
  CHECK(removed.wait());
  CHECK(slow.checks == 5);
}

TEST_CASE("who asks the same waits for the same answer") {
  SlowCheck slow;
  PasswordDesk desk(slow.check());
  const auto file = file_with("a");
  Answer answers[3];
  for (Answer& answer : answers) {
    CHECK(desk.ask({"ada", "right", file}, answer.take()) == Reply::later);
  }
  slow.let_go();
  for (Answer& answer : answers) CHECK(answer.wait());
  CHECK(slow.checks == 1);
}

TEST_CASE("a desk where too many wait says so, and takes more when they are served") {
  SlowCheck slow;
  PasswordDesk desk(slow.check(), {.questions = 2, .askers = 3});
  const auto file = file_with("a");
  Answer first;
  Answer second;
  Answer again;
  CHECK(desk.ask({"ada", "1", file}, first.take()) == Reply::later);
  CHECK(desk.ask({"ada", "2", file}, second.take()) == Reply::later);
  CHECK(desk.ask({"ada", "3", file}, no_answer) == Reply::busy);
  CHECK(desk.ask({"ada", "2", file}, again.take()) == Reply::later);
  CHECK(desk.ask({"ada", "2", file}, no_answer) == Reply::busy);
  slow.let_go();
  CHECK_FALSE((first.wait() || second.wait() || again.wait()));
  Answer later;
  CHECK(desk.ask({"ada", "3", file}, later.take()) == Reply::later);
  CHECK_FALSE(later.wait());
}

TEST_CASE("the oldest is forgotten when there is no more room") {
  SlowCheck slow;
  slow.let_go();
  PasswordDesk desk(slow.check(), {.remembered = 1});
  const auto file = file_with("a");
  for (const char* user : {"ada", "bob"}) {
    Answer answer;
    CHECK(desk.ask({user, "right", file}, answer.take()) == Reply::later);
    CHECK(answer.wait());
  }
  CHECK(desk.ask({"bob", "right", file}, no_answer) == Reply::good);
  Answer again;
  CHECK(desk.ask({"ada", "right", file}, again.take()) == Reply::later);
  CHECK(again.wait());
}

TEST_CASE("a desk ends although some wait") {
  SlowCheck slow;
  std::thread opener;
  {
    PasswordDesk desk(slow.check());
    const auto file = file_with("a");
    for (const char* password : {"1", "2", "3"}) {
      CHECK(desk.ask({"ada", password, file}, [](bool) {}) == Reply::later);
    }
    opener = std::thread([&] { slow.let_go(); });
  }
  opener.join();
  CHECK(slow.checks <= 3);
}
