#pragma once

// What -v and -q ask for, told as things happen. Main thread.

#include "core/app/client_report.h"
#include "core/base/log.h"
#include "core/net/connection.h"

namespace wsb::cli {

class ClientNotes {
 public:
  ClientNotes(Log& log, bool verbose) : log_(&log), verbose_(verbose) {}
  void opened(const net::ConnectionInfo& info) const;
  void ended(const app::ClientReport& report, const net::ConnectionInfo& info) const;
  void note(std::string_view text) const { log_->write(LogLevel::info, text); }
  void warning(std::string_view text) const { log_->write(LogLevel::warning, text); }

 private:
  Log* log_;
  bool verbose_;
};

}  // namespace wsb::cli
