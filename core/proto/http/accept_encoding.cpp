#include "core/proto/http/accept_encoding.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/text.h"

namespace wsb::http {
namespace {

constexpr int kFullWeight = 1000;

// §12.4.2: "0" or "1" with up to three decimals, in thousandths.
std::optional<int> read_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int weight = (text[0] - '0') * kFullWeight;
  int place = kFullWeight;
  for (std::size_t i = 2; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    place /= 10;
    weight += (text[i] - '0') * place;
  }
  if (weight > kFullWeight) return std::nullopt;
  return weight;
}

struct Weights {
  std::optional<int> gzip;
  std::optional<int> identity;
  std::optional<int> any;  // "*": of whatever is not named
};

void read_member(std::string_view member, Weights& weights) {
  const std::vector<std::string_view> parts = split_list(member, ';');
  if (parts.empty() || parts.size() > 2) return;
  int weight = kFullWeight;
  if (parts.size() == 2) {
    if (!equals_ignore_case(parts[1].substr(0, 2), "q=")) return;
    const std::optional<int> given = read_weight(parts[1].substr(2));
    if (!given) return;
    weight = *given;
  }
  const std::string_view coding = parts[0];
  if (equals_ignore_case(coding, "gzip") || equals_ignore_case(coding, "x-gzip")) {
    weights.gzip = weight;
  } else if (equals_ignore_case(coding, "identity")) {
    weights.identity = weight;
  } else if (coding == "*") {
    weights.any = weight;
  }
}

}  // namespace

bool prefers_gzip(const Headers& headers) {
  Weights weights;
  for (const std::string_view value : headers.all("Accept-Encoding")) {
    for (const std::string_view member : split_list(value)) read_member(member, weights);
  }
  const int gzip = weights.gzip.value_or(weights.any.value_or(0));
  return gzip > 0 && gzip >= weights.identity.value_or(0);
}

}  // namespace wsb::http
