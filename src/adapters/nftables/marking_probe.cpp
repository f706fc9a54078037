#include "causeway/adapters/nftables/marking_probe.hpp"

#include <nftables/libnftables.h>

#include <memory>

namespace causeway::adapters {

Result<void> probe_marking() {
  // one transaction: the kernel checks every rule, and commits nothing that stays
  static constexpr const char* text =
      "add table bridge causeway-probe\n"
      "add chain bridge causeway-probe marks\n"
      "add rule bridge causeway-probe marks ether type ip ip dscp set 8\n"
      "add rule bridge causeway-probe marks ether type ip6 ip6 dscp set 8\n"
      "delete table bridge causeway-probe\n";
  const std::unique_ptr<nft_ctx, void (*)(nft_ctx*)> context(nft_ctx_new(NFT_CTX_DEFAULT), nft_ctx_free);
  if (!context) return failed(Code::internal, "firewall.no_context", "There is no context of libnftables.");
  nft_ctx_buffer_error(context.get());
  if (nft_run_cmd_from_buffer(context.get(), text) == 0) return {};
  const std::string reason = nft_ctx_get_error_buffer(context.get());
  return failed(Code::invalid, "firewall.refused", "The kernel takes no rule that marks packets: {}", reason.substr(0, reason.find('\n')));
}

}  // namespace causeway::adapters
