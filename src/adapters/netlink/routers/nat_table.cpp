#include "causeway/adapters/netlink/routers/nat_table.hpp"

#include <nftables/libnftables.h>

#include <memory>

namespace causeway::adapters {
namespace {

constexpr const char* table = "ip causeway";

struct Free {
  void operator()(nft_ctx* context) const { nft_ctx_free(context); }
};
using Context = std::unique_ptr<nft_ctx, Free>;

/// Speaks to the namespace of the calling thread.
Result<Context> make_context() {
  Context context(nft_ctx_new(NFT_CTX_DEFAULT));
  if (!context || nft_ctx_buffer_output(context.get()) != 0 || nft_ctx_buffer_error(context.get()) != 0)
    return failed(Code::unavailable, "links.refused", "Cannot speak to nftables.");
  return context;
}

std::string text(const char* words) { return words == nullptr ? "" : words; }

}  // namespace

Result<std::string> read_nat_table() {
  TRY(const auto context, make_context());
  const auto command = fmt::format("list table {}", table);
  if (nft_run_cmd_from_buffer(context.get(), command.c_str()) != 0) return std::string();  // there is none
  return text(nft_ctx_get_output_buffer(context.get()));
}

Result<void> replace_nat_table(const std::string& body) {
  TRY(const auto context, make_context());
  // made first, so that there is always one to delete
  auto commands = fmt::format("table {0} {{}}\ndelete table {0}\n", table);
  if (!body.empty()) commands += fmt::format("table {} {{\n{}}}\n", table, body);
  if (nft_run_cmd_from_buffer(context.get(), commands.c_str()) == 0) return {};
  return failed(Code::unavailable, "links.refused", "Cannot set a router's translations: {}",
                text(nft_ctx_get_error_buffer(context.get())));
}

}  // namespace causeway::adapters
