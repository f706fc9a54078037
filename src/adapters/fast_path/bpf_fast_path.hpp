#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "causeway/boundary/kernel/fast_path.hpp"

struct bpf_object;

namespace causeway::adapters {

/// FastPath by programs of the packet classifier (short_cut.bpf.c says how) and libbpf.
///
/// Lifetime: open() in the network namespace that it is for, and call from threads that are there. What an earlier life attached is taken
/// off first: its tables were filled under rules of which nobody knows any more whether they are in force. The programs stay when this
/// object goes; so do the flows of a process that was killed, since no rule changes then. Concurrency: thread-safe, serialised.
/// Failures: open() fails with invalid "fast_path.unsupported" on a kernel that cannot, or without CAP_NET_ADMIN and CAP_BPF (or
/// CAP_SYS_ADMIN).
class BpfFastPath final : public boundary::FastPath {
 public:
  struct Options {
    /// How long a flow is good without a packet that the slow path let through.
    std::chrono::nanoseconds refresh = std::chrono::milliseconds(20);
  };
  static Result<std::unique_ptr<BpfFastPath>> open(const Options& options);
  /// Takes the programs of an earlier life off all links of this network namespace.
  static Result<void> take_off_all();
  ~BpfFastPath() override;

  Result<void> attach(std::string_view link, const std::optional<domain::RouterId>& leads_to) override;
  Result<void> detach(std::string_view link) override;
  Result<void> invalidate() override;
  Result<boundary::FastPathCounts> counts() override;

 private:
  struct Close {
    void operator()(bpf_object* object) const;
  };
  struct Program {
    int descriptor = -1;
    std::uint32_t id = 0;
  };
  explicit BpfFastPath(bpf_object* object) : object_(object) {}
  Result<void> find_parts();
  Result<Program> program(const char* name) const;
  Result<int> map(const char* name) const;
  Result<void> next_generation();
  Result<std::uint64_t> count(std::uint32_t what) const;

  std::mutex mutex_;  ///< of all calls
  std::unique_ptr<bpf_object, Close> object_;
  Program received_, sent_, to_router_, from_router_;
  int generations_ = -1, links_ = -1, counts_ = -1;  ///< descriptors of maps, the object's
  std::uint64_t generation_ = 1;
};

}  // namespace causeway::adapters
