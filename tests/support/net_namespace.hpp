#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "causeway/domain/network/address.hpp"

namespace causeway::testing {

/// A network namespace of its own, with lo up. It has no name and dies with this object (and with sockets opened in
/// it), so that a test that crashes leaves nothing behind. Needs root.
class NetNamespace {
 public:
  NetNamespace();
  ~NetNamespace();
  NetNamespace(const NetNamespace&) = delete;
  NetNamespace& operator=(const NetNamespace&) = delete;

  int fd() const { return fd_; }

  /// Runs the function in a thread that is in the namespace, and waits for it. Its exception comes out here.
  template <class Function>
  auto run(Function function) const -> decltype(function()) {
    if constexpr (std::is_void_v<decltype(function())>) {
      enter([&] { function(); });
    } else {
      std::optional<decltype(function())> result;
      enter([&] { result.emplace(function()); });
      return *std::move(result);
    }
  }

  /// These throw std::runtime_error: a test whose surroundings cannot be made has failed.
  void add_veth_to(const NetNamespace& other, std::string_view name_here, std::string_view name_there) const;
  void move_link_to(std::string_view name, const NetNamespace& other) const;
  void rename_link(std::string_view from, std::string_view to) const;
  /// Without duplicate address detection.
  void add_address(std::string_view link, const domain::IpAddress& address, int prefix_length) const;
  void set_up(std::string_view link) const;
  void add_route(const domain::IpAddress& network, int prefix_length, const domain::IpAddress& gateway) const;

 private:
  void enter(const std::function<void()>& function) const;
  int fd_ = -1;
};

}  // namespace causeway::testing
