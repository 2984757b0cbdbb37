#include "core/proto/proxy/proxy_header.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/limits.h"
#include "core/base/text.h"

namespace wsb::proxy {
namespace {

// "PROXY TCP6 " with two addresses and two ports of the greatest length (§2.1), CR LF included.
constexpr std::size_t kLineBytes = 107;
constexpr std::string_view kLineBegin = "PROXY ";
constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);  // §2.2
// The signature, version and command, family and transport, and the size of the rest.
constexpr std::size_t kFixedBytes = 16;

std::uint32_t octet(char c) { return static_cast<unsigned char>(c); }

std::uint16_t read_u16(BytesView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(octet(bytes[at]) << 8U | octet(bytes[at + 1]));
}

Error bad_header(const std::string& why) {
  return make_error(ErrorCode::protocol, "bad PROXY header: " + why);
}

// Without leading zeros, as §2.1 wants.
std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  if (parsed.ec != std::errc{} || std::to_string(port) != text) return std::nullopt;
  return port;
}

std::optional<SocketAddress> read_endpoint(std::string_view address, std::string_view port,
                                           bool is_v6) {
  if ((address.find(':') != std::string_view::npos) != is_v6) return std::nullopt;
  const std::optional<IpAddress> read = IpAddress::parse(address);
  const std::optional<std::uint16_t> number = read_port(port);
  if (!read || !number) return std::nullopt;
  return SocketAddress{*read, *number};
}

// Two addresses of `size` bytes each, then two ports.
ProxyHeader read_endpoints(BytesView block, std::size_t size) {
  return {2, SocketAddress{IpAddress::from_bytes(block.substr(0, size)), read_u16(block, 2 * size)},
          SocketAddress{IpAddress::from_bytes(block.substr(size, size)),
                        read_u16(block, 2 * size + 2)}};
}

}  // namespace

Result<std::size_t> ProxyHeaderReader::feed(BytesView in) {
  std::size_t taken = 0;
  while (!complete_ && taken < in.size()) {
    if (size_ != 0) {
      const BytesView part = in.substr(taken, size_ - bytes_.size());
      bytes_ += part;
      taken += part.size();
      if (bytes_.size() == size_) WSB_TRY(read_binary());
      continue;
    }
    bytes_.push_back(in[taken++]);
    WSB_TRY(judge_beginning());
  }
  return taken;
}

// After each byte of a line, and of the fixed part of version 2.
Result<void> ProxyHeaderReader::judge_beginning() {
  const BytesView bytes = bytes_;
  if (kSignature.starts_with(bytes.substr(0, kSignature.size()))) {
    return bytes.size() == kFixedBytes ? read_size() : Result<void>();
  }
  if (!kLineBegin.starts_with(bytes.substr(0, kLineBegin.size()))) {
    return bad_header("the connection does not begin with one");
  }
  if (bytes.back() == '\n') return end_line();
  if (bytes.size() == kLineBytes) {
    return make_error(ErrorCode::too_large, "the line of the PROXY header is too long");
  }
  return {};
}

Result<void> ProxyHeaderReader::end_line() {
  std::string_view line = bytes_;
  line.remove_suffix(1);
  if (!line.ends_with('\r')) return bad_header("its line does not end with CR LF");
  line.remove_suffix(1);
  const std::vector<std::string_view> parts = split(line, ' ');
  if (parts[1] == "UNKNOWN") return finish({1});  // whatever follows is ignored
  const bool is_v6 = parts[1] == "TCP6";
  if (!is_v6 && parts[1] != "TCP4") return bad_header("it is neither TCP4, TCP6 nor UNKNOWN");
  if (parts.size() != 6) return bad_header("it needs two addresses and two ports");
  const ProxyHeader header{1, read_endpoint(parts[2], parts[4], is_v6),
                           read_endpoint(parts[3], parts[5], is_v6)};
  if (!header.source || !header.destination) return bad_header("an address or a port is wrong");
  return finish(header);
}

Result<void> ProxyHeaderReader::read_size() {
  if (octet(bytes_[12]) >> 4U != 2) return bad_header("its version is unknown");
  size_ = kFixedBytes + read_u16(bytes_, 14);
  if (size_ > limits::kProxyHeaderBytes) {
    return make_error(ErrorCode::too_large, "a PROXY header of " + std::to_string(size_) +
                                                " bytes is larger than " +
                                                std::to_string(limits::kProxyHeaderBytes));
  }
  return size_ == kFixedBytes ? read_binary() : Result<void>();
}

// TLVs may follow the addresses; they are skipped.
Result<void> ProxyHeaderReader::read_binary() {
  const BytesView block = BytesView(bytes_).substr(kFixedBytes);
  const std::uint32_t command = octet(bytes_[12]) & 15U;
  const std::uint32_t family = octet(bytes_[13]) >> 4U;
  const std::uint32_t transport = octet(bytes_[13]) & 15U;
  if (command == 0) return finish({2});  // LOCAL: the rest is ignored
  if (command != 1) return bad_header("its command is unknown");
  if (family > 3 || transport > 2) return bad_header("its address family is unknown");
  if (family == 0 || transport == 0) return finish({2});  // UNSPEC
  if (transport == 2) {
    return make_error(ErrorCode::unsupported, "the PROXY header speaks of datagrams");
  }
  const std::size_t address_size = family == 1 ? 4 : family == 2 ? 16 : 108;
  const std::size_t ports_size = family == 3 ? 0 : 4;
  if (block.size() < 2 * address_size + ports_size) return bad_header("its addresses are cut off");
  return finish(family == 3 ? ProxyHeader{2} : read_endpoints(block, address_size));
}

Result<void> ProxyHeaderReader::finish(const ProxyHeader& header) {
  header_ = header;
  complete_ = true;
  return {};
}

}  // namespace wsb::proxy
