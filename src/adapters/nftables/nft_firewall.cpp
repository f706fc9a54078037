#include "causeway/adapters/nftables/nft_firewall.hpp"

#include <nftables/libnftables.h>
#include <time.h>

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "causeway/adapters/nftables/nft_elements.hpp"
#include "causeway/adapters/nftables/nft_socket.hpp"
#include "causeway/base/json.hpp"

namespace causeway::adapters {

using domain::firewall::Family;
using domain::firewall::Id;
using domain::firewall::ObservedRuleset;
using domain::firewall::Ruleset;
using domain::firewall::RulesetChange;

namespace {

constexpr std::size_t shown_reason = 400;
/// More than a batch has messages.
constexpr std::uint32_t batch_numbers = 1024;

/// libnftables prints the line at fault below its reason.
std::unexpected<Error> refused(std::string_view reason) {
  std::string text(reason.substr(0, shown_reason));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return failed(Code::invalid, "firewall.refused", "The kernel refused a change of the packet filter: {}", text);
}

/// "{ "nftables": [ {"metainfo"...}, {"chain": {...}}, {"rule": {"chain": ...}}, {"map": {"name": ..., "elem": [...]}} ] }"
Result<void> read_listing(Family family, const std::string& text, ObservedRuleset& out) {
  TRY(const auto document, parse_json(text));
  const Json* items = member(document, "nftables");
  if (items == nullptr || !items->is_array()) return failed(Code::internal, "firewall.listing", "The packet filter's listing has no items.");
  for (const auto& item : items->get_array()) {
    if (const Json* chain = member(item, "chain")) out.rules.try_emplace(Id{family, text_member(*chain, "name")}, 0);
    if (const Json* rule = member(item, "rule")) ++out.rules[Id{family, text_member(*rule, "chain")}];
    for (const auto* kind : {"set", "map"}) {
      const Json* collection = member(item, kind);
      if (collection == nullptr) continue;
      const Json* elements = member(*collection, "elem");
      out.elements[Id{family, text_member(*collection, "name")}] = elements != nullptr && elements->is_array() ? elements->get_array().size() : 0;
    }
  }
  return {};
}

/// What this thread has used of the processors, in the kernel too: a change of the packet filter is made by the thread that sends it.
double thread_cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return double(used.tv_sec) + double(used.tv_nsec) / 1e9;
}

}  // namespace

NftFirewall::Times::Times(const std::string& of)
    : elapsed(metrics::histogram("causeway_firewall_change_seconds", "Time of one change of the packet filter", {{"of", of}})),
      cpu(metrics::histogram("causeway_firewall_change_cpu_seconds", "Processor time of one change of the packet filter", {{"of", of}})) {}

void NftFirewall::Free::operator()(nft_ctx* context) const { nft_ctx_free(context); }

NftFirewall::NftFirewall(std::unique_ptr<nft_ctx, Free> context, std::unique_ptr<NftSocket> requests, std::unique_ptr<NftSocket> events)
    : context_(std::move(context)),
      requests_(std::move(requests)),
      events_(std::move(events)),
      elements_("elements"),
      rules_("rules") {}

NftFirewall::~NftFirewall() = default;

Result<std::unique_ptr<NftFirewall>> NftFirewall::open() {
  TRY(auto requests, NftSocket::open(NftSocket::Use::requests));
  TRY(auto events, NftSocket::open(NftSocket::Use::events));
  std::unique_ptr<nft_ctx, Free> context(nft_ctx_new(NFT_CTX_DEFAULT));
  if (!context || nft_ctx_buffer_error(context.get()) != 0 || nft_ctx_buffer_output(context.get()) != 0)
    return failed(Code::unavailable, "firewall.netlink", "libnftables cannot be used.");
  nft_ctx_output_set_flags(context.get(), NFT_CTX_OUTPUT_JSON | NFT_CTX_OUTPUT_STATELESS);
  return std::unique_ptr<NftFirewall>(new NftFirewall(std::move(context), std::move(requests), std::move(events)));
}

Result<void> NftFirewall::run(const std::string& text) {
  if (text.empty()) return {};
  const int outcome = nft_run_cmd_from_buffer(context_.get(), text.c_str());
  const char* reason = nft_ctx_get_error_buffer(context_.get());
  if (outcome == 0) return {};
  return refused(reason == nullptr ? "" : reason);
}

Result<void> NftFirewall::replace(const Ruleset& wanted) {
  const std::scoped_lock lock(mutex_);
  return run(domain::firewall::whole_text(wanted));
}

Result<void> NftFirewall::change(const RulesetChange& change) {
  const std::scoped_lock lock(mutex_);
  const auto start = std::chrono::steady_clock::now();
  const auto cpu_before = thread_cpu_seconds();
  const auto batch = encode_elements(change, sequence_);
  Result<void> done;
  if (batch) {
    const auto first = std::exchange(sequence_, sequence_ + batch_numbers);
    done = requests_->transact(batch->bytes, first, batch->last);
  } else {
    done = run(domain::firewall::text_of(change));
  }
  const auto& times = batch ? elements_ : rules_;
  times.elapsed.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  times.cpu.observe(thread_cpu_seconds() - cpu_before);
  return done;
}

Result<std::string> NftFirewall::list(Family family) {
  // tables alone first: to list one that is not there is an error like any other
  TRY_VOID(run(fmt::format("list tables {}", text_of(family))));
  const char* output = nft_ctx_get_output_buffer(context_.get());
  TRY(const auto tables, parse_json(output == nullptr ? "" : output));
  const Json* items = member(tables, "nftables");
  bool there = false;
  for (const auto& item : items != nullptr && items->is_array() ? items->get_array() : JsonArray()) {
    const Json* table = member(item, "table");
    there = there || (table != nullptr && text_member(*table, "name") == domain::firewall::table_name);
  }
  if (!there) return std::string();
  TRY_VOID(run(fmt::format("list table {} {}", text_of(family), domain::firewall::table_name)));
  output = nft_ctx_get_output_buffer(context_.get());
  return std::string(output == nullptr ? "" : output);
}

Result<ObservedRuleset> NftFirewall::observe() {
  const std::scoped_lock lock(mutex_);
  ObservedRuleset out;
  for (const auto family : domain::firewall::families) {
    TRY(const auto listing, list(family));
    if (!listing.empty()) TRY_VOID(read_listing(family, listing, out));
  }
  return out;
}

Result<std::uint32_t> NftFirewall::generation() {
  const std::scoped_lock lock(mutex_);
  return requests_->generation();
}

Result<void> NftFirewall::watch(const std::function<void()>& changed, std::stop_token stop) {
  constexpr std::chrono::milliseconds look_at_stop(200);
  while (!stop.stop_requested()) {
    TRY(const bool happened, events_->wait_for_transaction(look_at_stop));
    if (happened) changed();
  }
  return {};
}

}  // namespace causeway::adapters
