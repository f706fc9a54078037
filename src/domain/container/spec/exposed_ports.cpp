#include <charconv>

#include "causeway/domain/container/spec/spec_readers.hpp"
#include "causeway/domain/container/spec_values.hpp"

namespace causeway::domain::spec {
namespace {

Result<ExposedPort> one_port(std::string_view key) {
  ExposedPort out;
  const auto slash = key.find('/');
  if (slash != std::string_view::npos) out.protocol = key.substr(slash + 1);
  const auto digits = key.substr(0, slash);
  const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  const bool is_number = !digits.empty() && digits.front() != '-' && trouble == std::errc() && end == digits.data() + digits.size();
  if (!is_number || out.port < 1 || out.port > 65535 || (out.protocol != "tcp" && out.protocol != "udp")) {
    return bad_value("exposed_ports", Json(key), "A port is written as 80, 80/tcp or 53/udp.");
  }
  return out;
}

}  // namespace

Result<std::vector<ExposedPort>> exposed_ports(const Json& value) {
  std::vector<ExposedPort> out;
  if (value.is_null()) return out;
  TRY(const auto* members, object("exposed_ports", value));
  if (members->size() > max_exposed_ports) {
    return bad_value("exposed_ports", value, fmt::format("It has more than {} members.", max_exposed_ports));
  }
  for (const auto& [key, ignored] : *members) {
    TRY(auto port, one_port(key));
    out.push_back(std::move(port));
  }
  return out;
}

}  // namespace causeway::domain::spec
