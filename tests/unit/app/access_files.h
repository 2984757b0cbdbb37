#pragma once

// Files that a test writes for the server to read; gone with the object.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/check.h"

namespace wsb::app {

class AccessFiles {
 public:
  AccessFiles() {
    std::string name = std::filesystem::temp_directory_path() / "wsb-access-XXXXXX";
    WSB_CHECK(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~AccessFiles() { std::filesystem::remove_all(folder_); }
  AccessFiles(const AccessFiles&) = delete;
  AccessFiles& operator=(const AccessFiles&) = delete;

  // Its whole name.
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(path(name)) << text;
    return path(name);
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

}  // namespace wsb::app
