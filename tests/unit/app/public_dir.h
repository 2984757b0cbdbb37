#pragma once

// A folder of its own for a test, gone with the object.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace wsb::app::serving {

class PublicDir {
 public:
  PublicDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wsb-public-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~PublicDir() { std::filesystem::remove_all(path_); }
  PublicDir(const PublicDir&) = delete;
  PublicDir& operator=(const PublicDir&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }
  void write(const std::string& name, std::string_view content) {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
  }
  void link(const std::string& name, const std::string& target) {
    std::filesystem::create_symlink(target, path_ / name);
  }
  void resize(const std::string& name, std::uintmax_t bytes) {
    std::filesystem::resize_file(path_ / name, bytes);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace wsb::app::serving
