#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/boundary/kernel/links.hpp"

namespace causeway::adapters {

/// The links of a kernel that is not there: keeps state, behaves as the contract says, and fails when told to.
///
/// Thread-safe. It lives as long as its test; two of them are two hosts, between which no packet passes.
class MemoryLinks final : public boundary::Links {
 public:
  enum class Operation {
    ensure_host_settings,
    ensure_bridge,
    ensure_vxlan,
    ensure_veth,
    remove_link,
    set_remote_entries,
    observe,
    observe_remote_entries
  };

  Result<void> ensure_host_settings() override;
  Result<void> ensure_bridge(const boundary::BridgeSpec& spec) override;
  Result<void> ensure_vxlan(const boundary::VxlanSpec& spec) override;
  Result<void> ensure_veth(const boundary::VethSpec& spec) override;
  Result<void> remove_link(std::string_view name) override;
  Result<void> set_remote_entries(std::string_view vxlan, const std::vector<boundary::RemoteEntry>& desired) override;
  Result<std::vector<boundary::ObservedLink>> observe(std::string_view prefix) override;
  Result<std::vector<boundary::RemoteEntry>> observe_remote_entries(std::string_view vxlan) override;

  /// The next call of the operation changes nothing and returns the error. Several queue up.
  void fail_next(Operation operation, Error error);
  /// Docker takes the peer into a container.
  void move_peer_away(std::string_view peer_name);
  /// The container went: the peer is back, DOWN.
  void return_peer(std::string_view peer_name);
  /// Somebody else's link, of no kind of ours.
  void add_foreign_link(std::string_view name);
  /// How many values were changed so far: stays the same over a call that had nothing to do.
  int changes() const;
  bool host_settings_made() const;
  bool has_netfilter_hooks(std::string_view bridge) const;

 private:
  struct Link {
    boundary::ObservedLink seen;
    std::string other_end;         ///< of a veth, also while it is away
    bool netfilter_hooks = false;  ///< of a bridge
    std::uint32_t vni = 0;         ///< this and the next: of a tunnel device
    std::uint16_t port = 0;
    domain::IpAddress local;
    std::vector<boundary::RemoteEntry> entries;
  };

  std::optional<Error> planned_failure(Operation operation);
  Link* find(std::string_view name);
  Result<Link*> find(std::string_view name, boundary::LinkKind kind);
  Result<void> need_bridge(std::string_view name);
  Result<Link*> need_vxlan(std::string_view name);
  Link& add(std::string_view name, boundary::LinkKind kind);
  Result<void> rename_peer(Link& host, const std::string& name);
  template <class T>
  void set(T& place, const T& value);
  void erase(std::string_view name);

  mutable std::mutex mutex_;
  std::map<std::string, Link, std::less<>> links_;
  std::map<std::string, Link, std::less<>> away_;  ///< peers in containers
  std::multimap<Operation, Error> failures_;
  std::uint32_t next_index_ = 1;
  bool host_settings_ = false;
  int changes_ = 0;
};

}  // namespace causeway::adapters
