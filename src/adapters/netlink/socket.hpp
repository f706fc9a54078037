#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "causeway/adapters/netlink/message.hpp"
#include "causeway/base/result.hpp"

struct mnl_socket;

namespace causeway::adapters {

/// A NETLINK_ROUTE socket. It speaks to the network namespace in which it was opened, whatever thread uses it later.
///
/// Not thread-safe. Requests are answered by the kernel during the call; a lost answer (no memory) is unavailable.
class NetlinkSocket {
 public:
  static Result<NetlinkSocket> open();

  /// Sends every message and reads its acknowledgement. The first refusal that is not tolerated is the error, "Cannot
  /// <operation> <subject>: ..."; the messages behind it were tried too.
  Result<void> apply(Batch& batch, std::string_view subject);
  /// One dump; `each` sees every message of the answer. A dump that the kernel found inconsistent is read again, so
  /// `each` is preceded by `restart` at every attempt.
  Result<void> dump(Message request, std::string_view subject, const std::function<void()>& restart,
                    const std::function<void(const nlmsghdr&)>& each);
  /// One request with one message as the answer; false when there is no such object (ENODEV).
  Result<bool> get(Message request, std::string_view subject, const std::function<void(const nlmsghdr&)>& answer);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit NetlinkSocket(mnl_socket* socket);
  Result<void> send(std::span<const std::byte> bytes, std::string_view subject);
  /// The messages of one datagram.
  Result<std::span<const std::byte>> receive(std::string_view subject);
  Result<bool> read_dump(std::uint32_t sequence, std::string_view subject,
                         const std::function<void(const nlmsghdr&)>& each);
  Result<void> apply_part(Batch& batch, std::size_t first, std::size_t last, std::string_view subject);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::unique_ptr<std::byte[]> buffer_;
  std::uint32_t sequence_ = 0;
};

}  // namespace causeway::adapters
