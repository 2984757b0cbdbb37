#pragma once

// The only way between threads: a bounded queue with many posters and one reader. Two vectors are
// swapped under a mutex, so a burst costs the reader one lock, and one wake a batch.

#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace wsb {

template <class T>
class Mailbox {
 public:
  // `wake` is called by a poster, outside the lock, when the mailbox was empty before its message.
  Mailbox(std::size_t capacity, std::function<void()> wake)
      : capacity_(capacity), wake_(std::move(wake)) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Any thread. False, and the message is counted as refused, when the mailbox is full.
  [[nodiscard]] bool post(T message) {
    bool was_empty = false;
    {
      const std::lock_guard lock(mutex_);
      if (incoming_.size() >= capacity_) {
        ++refused_;
        return false;
      }
      was_empty = incoming_.empty();
      incoming_.push_back(std::move(message));
    }
    if (was_empty) wake_();
    return true;
  }

  // The reader's thread. Messages posted meanwhile are left for the next call.
  template <class F>
  void drain(F&& handle) {
    {
      const std::lock_guard lock(mutex_);
      current_.swap(incoming_);
    }
    for (T& message : current_) handle(std::move(message));
    current_.clear();
  }

  [[nodiscard]] std::size_t refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<T> incoming_;
  std::size_t refused_ = 0;
  std::vector<T> current_;  // the reader's alone
  const std::size_t capacity_;
  const std::function<void()> wake_;
};

}  // namespace wsb
