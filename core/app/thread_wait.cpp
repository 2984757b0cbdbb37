#include "core/app/thread_wait.h"

#include <fstream>
#include <sstream>

namespace wsb::app {

Duration parse_schedstat_wait(const std::string& text) {
  std::istringstream in(text);
  Duration::rep run = 0;
  Duration::rep wait = 0;
  return in >> run >> wait ? Duration{wait} : Duration{0};
}

Duration thread_wait_time() {
  std::ifstream file("/proc/thread-self/schedstat");
  std::string line;
  std::getline(file, line);
  return parse_schedstat_wait(line);
}

}  // namespace wsb::app
