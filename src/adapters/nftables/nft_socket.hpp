#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "causeway/base/result.hpp"

struct mnl_socket;

namespace causeway::adapters {

/// A NETLINK_NETFILTER socket for what libnftables does not offer: the generation of the ruleset, word of transactions, and changes of
/// elements without a look at everything else. It speaks
/// to the network namespace in which it was opened. Not thread-safe.
class NftSocket {
 public:
  enum class Use { requests, events };
  static Result<std::unique_ptr<NftSocket>> open(Use use);

  /// Number of the last transaction of anybody.
  Result<std::uint32_t> generation();
  /// Sends a transaction of messages with the numbers `first` and up, whose last command, `last`, asks for an answer. Numbers are used
  /// once. "firewall.refused" with the kernel's reason.
  Result<void> transact(const std::vector<char>& batch, std::uint32_t first, std::uint32_t last);
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
