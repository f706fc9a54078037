#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "causeway/base/result.hpp"

struct mnl_socket;

namespace causeway::adapters {

/// A NETLINK_NETFILTER socket for what libnftables does not offer: the generation of the ruleset, and word of transactions. It speaks
/// to the network namespace in which it was opened. Not thread-safe.
class NftSocket {
 public:
  enum class Use { requests, events };
  static Result<std::unique_ptr<NftSocket>> open(Use use);

  /// Number of the last transaction of anybody.
  Result<std::uint32_t> generation();
  /// Waits at most `limit`; true when there was a transaction (or word of some was lost).
  Result<bool> wait_for_transaction(std::chrono::milliseconds limit);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit NftSocket(mnl_socket* socket) : socket_(socket) {}

  std::unique_ptr<mnl_socket, Close> socket_;
};

}  // namespace causeway::adapters
