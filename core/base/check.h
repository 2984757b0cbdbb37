#pragma once

// Assertions for programmer errors, on in release builds too. Never for input.

namespace wsb {

// Prints the condition and the place to stderr and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               const char* function);

}  // namespace wsb

#define WSB_CHECK(condition)                                            \
  do {                                                                  \
    if (!(condition)) [[unlikely]]                                      \
      ::wsb::check_failed(#condition, __FILE__, __LINE__, __func__);    \
  } while (false)
