#include "causeway/services/agent/naming/name_keeper.hpp"

#include <algorithm>

namespace causeway::services {

namespace dns = domain::dns;
using boundary::NameVerdict;

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return out;
}

/// "corp.example." -> "corp.example"
std::string domain_of(const domain::Network& network) {
  auto out = lower(network.dns_domain);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

/// `name` without "." and `suffix`; "" when it has not that end.
std::string_view label_before(std::string_view name, const std::string& suffix) {
  if (suffix.empty() || name.size() <= suffix.size() + 1 || !name.ends_with(suffix)) return "";
  name.remove_suffix(suffix.size());
  if (!name.ends_with('.')) return "";
  name.remove_suffix(1);
  return name;
}

NameVerdict found(dns::Answer answer) { return {true, std::move(answer), {}}; }

}  // namespace

void NameKeeper::serve_locked(const std::string& sandbox) {
  server_.serve(sandbox, [this, sandbox](const dns::Question& question) { return resolve(sandbox, question); });
}

void NameKeeper::joined(const domain::PortId& port, const std::string& sandbox) {
  if (sandbox.empty()) return;
  std::lock_guard lock(mutex_);
  ports_[sandbox].insert(port);
  serve_locked(sandbox);
}

void NameKeeper::left(const domain::PortId& port) {
  std::lock_guard lock(mutex_);
  for (auto entry = ports_.begin(); entry != ports_.end();) {
    if (entry->second.erase(port) > 0 && entry->second.empty()) {
      server_.drop(entry->first);
      entry = ports_.erase(entry);
    } else {
      ++entry;
    }
  }
}

void NameKeeper::ensure(const std::string& sandbox, const std::vector<domain::PortId>& ports) {
  if (sandbox.empty() || ports.empty()) return;
  std::lock_guard lock(mutex_);
  auto& known = ports_[sandbox];
  const bool is_new = known.empty();
  known.insert(ports.begin(), ports.end());
  if (is_new) serve_locked(sandbox);
}

std::vector<HostView::Ref<domain::Network>> NameKeeper::networks_of(const std::string& sandbox) const {
  std::set<domain::PortId> ports;
  {
    std::lock_guard lock(mutex_);
    if (const auto known = ports_.find(sandbox); known != ports_.end()) ports = known->second;
  }
  std::vector<HostView::Ref<domain::Network>> out;
  for (const auto& id : ports) {
    const auto port = view_.port(id);
    const auto network = port ? view_.network(port->network_id) : nullptr;
    if (network && std::ranges::find(out, network) == out.end()) out.push_back(network);
  }
  return out;
}

bool NameKeeper::find_forward(const domain::Network& network, std::string_view name, dns::Answer& answer) const {
  std::string_view label = name.find('.') == std::string_view::npos ? name : label_before(name, lower(network.name));
  if (label.empty()) label = label_before(name, domain_of(network));
  if (label.empty()) return false;
  const auto ports = view_.ports_named(network.id, std::string(label));
  for (const auto& port : ports) {
    for (const auto& ip : port->fixed_ips) answer.addresses.push_back(ip.ip_address);
  }
  return !ports.empty();
}

/// None: an address that is none of these networks'.
std::optional<NameVerdict> NameKeeper::find_reverse(const std::vector<HostView::Ref<domain::Network>>& networks,
                                                    const domain::IpAddress& address) const {
  bool ours = false;
  for (const auto& network : networks) {
    const auto subnets = view_.subnets_of(network->id);
    if (std::ranges::none_of(subnets, [&](const auto& subnet) { return subnet->cidr.contains(address); })) continue;
    ours = true;
    const auto port = view_.port_with(network->id, address);
    const auto label = port ? HostView::name_of(*port) : "";
    if (label.empty()) continue;
    auto zone = domain_of(*network);
    if (zone.empty()) zone = lower(network->name);
    return found({dns::Rcode::no_error, {}, zone.empty() ? label : label + "." + zone});
  }
  if (ours) return found({dns::Rcode::no_such_name, {}, ""});
  return std::nullopt;
}

NameVerdict NameKeeper::resolve(const std::string& sandbox, const dns::Question& question) const {
  const auto networks = networks_of(sandbox);
  if (question.klass == dns::class_in) {
    dns::Answer answer;
    bool known = false;
    for (const auto& network : networks) known = find_forward(*network, question.name, answer) || known;
    if (known) return found(std::move(answer));
    if (const auto address = dns::address_of_pointer(question.name)) {
      if (auto verdict = find_reverse(networks, *address)) return *std::move(verdict);
    }
    // an outside server could only be misled by it
    if (!question.name.empty() && question.name.find('.') == std::string::npos) return found({dns::Rcode::no_such_name, {}, ""});
    const auto inside = [&](const auto& network) { return !label_before(question.name, domain_of(*network)).empty(); };
    if (std::ranges::any_of(networks, inside)) return found({dns::Rcode::no_such_name, {}, ""});
  }
  NameVerdict out;
  for (const auto& network : networks) {
    for (const auto& subnet : view_.subnets_of(network->id)) {
      for (const auto& server : subnet->dns_nameservers) {
        if (std::ranges::find(out.name_servers, server) == out.name_servers.end()) out.name_servers.push_back(server);
      }
    }
  }
  return out;
}

}  // namespace causeway::services
