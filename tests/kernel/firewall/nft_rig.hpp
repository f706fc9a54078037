#pragma once

#include <nftables/libnftables.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "causeway/adapters/nftables/nft_firewall.hpp"
#include "net_namespace.hpp"

namespace causeway::testing {

/// The packet filter of a throwaway network namespace.
struct NftRig {
  NetNamespace host;
  std::unique_ptr<adapters::NftFirewall> nft = host.run([] { return adapters::NftFirewall::open().value(); });

  boundary::Firewall& firewall() { return *nft; }
  void refuse(const std::string&) {}  // the kernel does by itself
  /// What an operator does by hand.
  void command(const std::string& text) {
    host.run([&] {
      auto* context = nft_ctx_new(NFT_CTX_DEFAULT);
      const int outcome = nft_run_cmd_from_buffer(context, text.c_str());
      nft_ctx_free(context);
      if (outcome != 0) throw std::runtime_error("nft " + text);
    });
  }
  void flush() { command("flush ruleset"); }
};

}  // namespace causeway::testing
