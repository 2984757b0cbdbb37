#include "core/net/lws/flush_gate.h"

#include <algorithm>

#include "core/base/limits.h"

namespace wsb::net {
namespace {

// Each costs a system call a turn: with many connections talking at once the batches are large
// enough without waiting.
constexpr std::size_t kSources = 8;

}  // namespace

void FlushGate::note(InputSource& source) {
  if (source.noted_ || sources_.size() >= kSources) return;
  source.noted_ = true;
  sources_.push_back(&source);
}

void FlushGate::forget(InputSource& source) {
  if (!source.noted_) return;
  source.noted_ = false;
  std::erase(sources_, &source);
}

bool FlushGate::hold(std::size_t pending_bytes) {
  if (pending_bytes >= limits::kFlushHoldBytes || turns_held_ >= limits::kFlushHoldTurns) {
    return false;
  }
  const bool more = std::any_of(sources_.begin(), sources_.end(),
                                [](const InputSource* source) { return source->input_pending(); });
  if (more) ++turns_held_;
  return more;
}

void FlushGate::reset() {
  for (InputSource* source : sources_) source->noted_ = false;
  sources_.clear();
  turns_held_ = 0;
}

}  // namespace wsb::net
