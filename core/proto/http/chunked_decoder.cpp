#include "core/proto/http/chunked_decoder.h"

#include <algorithm>

#include "core/base/limits.h"

namespace wsb::http {
namespace {

constexpr int kMaxSizeDigits = 16;

Error bad_chunk(const char* what) {
  return make_error(ErrorCode::protocol, std::string("chunked body: ") + what);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Result<BytesView> ChunkedDecoder::next(BytesView& in) {
  while (!in.empty() && state_ != State::done) {
    if (state_ == State::data) {
      const BytesView run = in.substr(0, std::min<std::uint64_t>(in.size(), size_));
      in.remove_prefix(run.size());
      size_ -= run.size();
      if (size_ == 0) state_ = State::data_cr;
      return run;
    }
    WSB_TRY(step(in.front()));
    in.remove_prefix(1);
  }
  return BytesView();
}

Result<void> ChunkedDecoder::step(char c) {
  switch (state_) {
    case State::size: return size_digit(c);
    case State::extension:
      if (c == '\r') state_ = State::size_lf;
      if (c == '\n') return bad_chunk("bare line feed");
      if (++skipped_bytes_ > limits::kHandshakeHeadBytes) return bad_chunk("extensions too long");
      return {};
    case State::size_lf:
      if (c != '\n') return bad_chunk("line feed missing after the size");
      state_ = size_ == 0 ? State::trailer : State::data;
      size_digits_ = 0;
      line_bytes_ = 0;
      return {};
    case State::data:
    case State::done: return {};
    case State::data_cr:
      if (c != '\r') return bad_chunk("line end missing after the data");
      state_ = State::data_lf;
      return {};
    case State::data_lf:
      if (c != '\n') return bad_chunk("line end missing after the data");
      state_ = State::size;
      return {};
    case State::trailer:
      if (++skipped_bytes_ > limits::kHandshakeHeadBytes) return bad_chunk("trailers too long");
      if (c == '\n') return bad_chunk("bare line feed");
      if (c == '\r') {
        state_ = State::trailer_lf;
      } else {
        ++line_bytes_;
      }
      return {};
    case State::trailer_lf:
      if (c != '\n') return bad_chunk("line feed missing in the trailers");
      state_ = line_bytes_ == 0 ? State::done : State::trailer;
      line_bytes_ = 0;
      return {};
  }
  return {};
}

Result<void> ChunkedDecoder::size_digit(char c) {
  const int digit = hex_value(c);
  if (digit >= 0) {
    if (++size_digits_ > kMaxSizeDigits) return bad_chunk("size too long");
    if (size_digits_ == 1) size_ = 0;
    size_ = size_ << 4U | static_cast<unsigned>(digit);
    return {};
  }
  if (size_digits_ == 0) return bad_chunk("size missing");
  if (c == '\r') {
    state_ = State::size_lf;
  } else if (c == ';' || c == ' ' || c == '\t') {
    state_ = State::extension;
  } else {
    return bad_chunk("size is not hexadecimal");
  }
  return {};
}

}  // namespace wsb::http
