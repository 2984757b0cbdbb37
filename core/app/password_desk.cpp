#include "core/app/password_desk.h"

#include <algorithm>
#include <utility>

namespace wsb::app {

PasswordDesk::PasswordDesk(Check check, PasswordDeskLimits limits)
    : check_(std::move(check)), limits_(limits), thread_([this] { run(); }) {}

PasswordDesk::~PasswordDesk() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

// What is remembered holds for one line of one file: another hash, and it is another question.
PasswordDesk::Reply PasswordDesk::ask(PasswordQuestion question,
                                      std::function<void(bool)> answer) {
  const session::PasswordFile::Match match = question.file->find(question.user);
  const Digest digest =
      hash_.of({question.user, question.password, match.hash, match.known ? "1" : "0"});
  const std::lock_guard lock(mutex_);
  if (good_.contains(digest)) return Reply::good;
  if (askers_ >= limits_.askers) return Reply::busy;
  // Those who ask the same wait for the same answer: a page and all that belongs to it.
  const auto same = std::find_if(jobs_.begin(), jobs_.end(),
                                 [&](const Job& job) { return job.digest == digest; });
  if (same != jobs_.end()) {
    same->answers.push_back(std::move(answer));
  } else {
    if (jobs_.size() >= limits_.questions) return Reply::busy;
    jobs_.push_back({digest, std::move(question), {std::move(answer)}});
    changed_.notify_one();
  }
  ++askers_;
  return Reply::later;
}

void PasswordDesk::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (ending_) return;
    const PasswordQuestion& question = jobs_.front().question;  // a deque keeps it in its place
    lock.unlock();
    const bool good = check_(*question.file, question.user, question.password);
    lock.lock();
    if (good) remember(jobs_.front().digest);
    const Job done = std::move(jobs_.front());
    jobs_.pop_front();
    askers_ -= done.answers.size();
    if (ending_) return;
    lock.unlock();
    for (const auto& answer : done.answers) answer(good);
    lock.lock();
  }
}

void PasswordDesk::remember(const Digest& digest) {
  good_.insert(digest);
  good_by_age_.push_back(digest);
  if (good_by_age_.size() <= limits_.remembered) return;
  good_.erase(good_by_age_.front());
  good_by_age_.pop_front();
}

}  // namespace wsb::app
