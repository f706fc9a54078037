#include "causeway/domain/container/spec/spec_readers.hpp"
#include "causeway/domain/container/spec_values.hpp"

namespace causeway::domain::spec {
namespace {

constexpr std::size_t max_nets = 16;

Result<std::optional<IpAddress>> fixed_ip(std::string_view key, const Json& value) {
  TRY(const auto text, text(key, value, {1, 64}));
  const auto address = IpAddress::parse(text);
  const bool is_v6 = text.find(':') != std::string::npos;
  if (!address || is_v6 != (key == "v6-fixed-ip")) return bad_value(key, value, "It is not such an address.");
  return *address;
}
Result<RequestedNet> read_net(const Json& value) {
  TRY(const auto* members, object("nets", value));
  RequestedNet net;
  for (const auto& [key, item] : *members) {
    if (key == "network") {
      TRY(net.network, text("network", item, {1, 255}));
    } else if (key == "port") {
      TRY(net.port, text("port", item, {1, 255}));
    } else if (key == "v4-fixed-ip") {
      TRY(net.fixed_ip_v4, fixed_ip(key, item));
    } else if (key == "v6-fixed-ip") {
      TRY(net.fixed_ip_v6, fixed_ip(key, item));
    } else {
      return bad_value("nets", value, fmt::format("'{}' is unexpected.", std::string_view(key)));
    }
  }
  if (net.network.empty() == net.port.empty())
    return bad_value("nets", value, "Give either 'network' or 'port'.");
  return net;
}
}  // namespace

Result<std::vector<RequestedNet>> nets(const Json& value) {
  std::vector<RequestedNet> out;
  if (value.is_null()) return out;
  if (!value.is_array()) return bad_value("nets", value, "It must be a list.");
  if (value.get_array().size() > max_nets) return bad_value("nets", value, fmt::format("It has more than {} items.", max_nets));
  for (const auto& item : value.get_array()) {
    TRY(auto net, read_net(item));
    out.push_back(std::move(net));
  }
  return out;
}

}  // namespace causeway::domain::spec
