#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "causeway/base/metrics.hpp"
#include "causeway/boundary/kernel/firewall.hpp"

struct nft_ctx;

namespace causeway::adapters {

class NftSocket;

/// Firewall on nf_tables: transactions as text through libnftables, and of elements alone in netlink, which the kernel commits whole or
/// not at all.
///
/// Lifetime: open() in the network namespace that it is for; later calls may come from any thread. Concurrency: thread-safe,
/// serialised, but watch(), which has a socket of its own and is called by one thread at a time.
class NftFirewall final : public boundary::Firewall {
 public:
  static Result<std::unique_ptr<NftFirewall>> open();
  ~NftFirewall() override;

  Result<void> replace(const domain::firewall::Ruleset& wanted) override;
  Result<void> change(const domain::firewall::RulesetChange& change) override;
  Result<domain::firewall::ObservedRuleset> observe() override;
  Result<std::uint32_t> generation() override;
  Result<void> watch(const std::function<void()>& changed, std::stop_token stop) override;

 private:
  struct Free {
    void operator()(nft_ctx* context) const;
  };
  /// Of the changes of one sort: while callers wait, and of the processors.
  struct Times {
    explicit Times(const std::string& of);
    metrics::Histogram elapsed, cpu;
  };
  NftFirewall(std::unique_ptr<nft_ctx, Free> context, std::unique_ptr<NftSocket> requests, std::unique_ptr<NftSocket> events);
  Result<void> run(const std::string& text);
  /// What a listing command prints as JSON; "" when there is no such table.
  Result<std::string> list(domain::firewall::Family family);

  std::mutex mutex_;  ///< of the members below but events_
  std::unique_ptr<nft_ctx, Free> context_;
  std::unique_ptr<NftSocket> requests_;
  std::uint32_t sequence_ = 1;  ///< of the next batch
  std::unique_ptr<NftSocket> events_;
  const Times elements_, rules_;
};

}  // namespace causeway::adapters
