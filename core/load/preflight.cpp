#include "core/load/preflight.h"

#include "core/base/text.h"
#include "core/load/source_addresses.h"

namespace wsb::load {
namespace {

constexpr std::uint64_t kFilesPerLoop = 16;
constexpr std::uint64_t kFilesBesides = 64;

std::string plain(std::uint64_t number) {
  return format("%llu", static_cast<unsigned long long>(number));
}

Result<void> check_files(const PreflightFacts& facts, const PreflightNeeds& needs) {
  const auto needed = open_files_needed(needs);
  if (needed <= facts.open_files_hard) return {};
  std::string message = with_thousands(needs.connections) + " connections need " + plain(needed) +
                        " open files, and this process may have " + plain(facts.open_files_hard);
  const auto spare = needed - needs.connections;
  if (facts.open_files_hard > spare) {
    message += " (enough for " + plain(facts.open_files_hard - spare) + " connections)";
  }
  message += ": raise the limit in this shell with '";
  if (needed > facts.open_files_system)
    message += "sudo sysctl -w fs.nr_open=" + plain(needed) + "; ";
  message += "sudo prlimit --pid $$ --nofile=" + plain(needed) + ":" + plain(needed) + "'";
  return make_error(ErrorCode::invalid_argument, std::move(message));
}

Result<void> check_ports(const PreflightFacts& facts, const PreflightNeeds& needs) {
  // A loopback server is reached from as many addresses as it takes, a unix socket from none.
  if (needs.host.empty() || is_ipv4_loopback(needs.host)) return {};
  const std::size_t ports =
      facts.last_port >= facts.first_port ? facts.last_port - facts.first_port + 1 : 0;
  if (needs.connections <= ports) return {};
  std::string message = with_thousands(needs.connections) + " connections to one server need as " +
                        "many local ports, and ports " + plain(facts.first_port) + " to " +
                        plain(facts.last_port) + " are " + plain(ports);
  constexpr std::size_t kMostPorts = 65535 - 1024 + 1;
  message += needs.connections <= kMostPorts ? ": widen the range with 'sudo sysctl -w "
                                               "net.ipv4.ip_local_port_range=\"1024 65535\"'"
                                             : ": use fewer --clients, or several machines";
  return make_error(ErrorCode::invalid_argument, std::move(message));
}

}  // namespace

std::uint64_t open_files_needed(const PreflightNeeds& needs) {
  return needs.connections + needs.loops * kFilesPerLoop + kFilesBesides;
}

Result<void> preflight(const PreflightFacts& facts, const PreflightNeeds& needs) {
  WSB_TRY(check_files(facts, needs));
  return check_ports(facts, needs);
}

}  // namespace wsb::load
