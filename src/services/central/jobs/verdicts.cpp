#include "causeway/services/central/jobs/verdicts.hpp"

#include <algorithm>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/network/port.hpp"

namespace causeway::services {

using boundary::By;
using domain::HostName;
using domain::Job;
using domain::Port;
using TouchedPort = domain::TouchedHost::TouchedPort;

namespace {

/// Where ports that the job touches are found, if there are any on the host.
std::vector<By> places(const Job& job, const HostName& host) {
  if (job.networks.empty()) return {{"project_host", Port::at(job.project_id.str(), host.str())}};
  std::vector<By> out;
  for (const auto& network : job.networks) out.push_back({"network_host", Port::at(network.str(), host.str())});
  return out;
}

}  // namespace

Result<const std::map<HostName, bool>*> Verdicts::hosts_down() {
  if (hosts_) return &*hosts_;
  std::map<HostName, bool> out;
  for (const auto& host : said_->hosts) out.emplace(host.host, false);
  TRY(const auto known, boundary::list<domain::Host>(reader_, By{"region", region_.str()}));
  for (const auto& host : known) out[host.id] = host.down || host.forced_down;
  hosts_ = std::move(out);
  return &*hosts_;
}

Result<bool> Verdicts::touches(const Job& job, const HostName& host) {
  for (const auto& place : places(job, host)) {
    TRY(const auto count, reader_.count({std::string(Port::kind), place.index, place.value, "", 1}));
    if (count > 0) return true;
  }
  return false;
}

Result<std::vector<TouchedPort>> Verdicts::ports_on(const Job& job, const HostName& host) {
  std::vector<TouchedPort> out;
  for (const auto& place : places(job, host)) {
    TRY(const auto ports, boundary::list<Port>(reader_, place));
    for (const auto& port : ports) out.push_back({port.id, port.network_id});
  }
  return out;
}

Result<std::vector<domain::TouchedHost>> Verdicts::touched(const Job& job) {
  std::vector<domain::TouchedHost> out;
  TRY(const auto hosts, hosts_down());
  for (const auto& [host, down] : *hosts) {
    const auto word = std::ranges::find(said_->hosts, host, &domain::HostProgress::host);
    const bool there = word != said_->hosts.end() && word->applied >= job.wanted;
    if (there && word->failures.empty()) continue;
    TRY(const bool is_touched, touches(job, host));
    if (!is_touched) continue;
    domain::TouchedHost one{host, down, {}};
    if (there) {
      TRY(one.ports, ports_on(job, host));
    }
    out.push_back(std::move(one));
  }
  return out;
}

Result<domain::JobVerdict> Verdicts::of(const Job& job) {
  if (!said_ || said_->applied < job.wanted) return domain::judge(job, said_, {});  // whom it touches does not matter yet
  TRY(const auto hosts, touched(job));
  return domain::judge(job, said_, hosts);
}

}  // namespace causeway::services
