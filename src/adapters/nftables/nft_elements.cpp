#include "causeway/adapters/nftables/nft_elements.hpp"

#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <charconv>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "causeway/domain/network/address.hpp"

namespace causeway::adapters {
namespace {

using domain::firewall::Family;
using domain::firewall::Id;
using domain::firewall::RulesetChange;
using Elements = std::map<std::string, std::string>;
using Bytes = std::vector<char>;

constexpr std::size_t max_elements = 256;
constexpr std::size_t interface_name_size = 16;

struct FreeSet {
  void operator()(nftnl_set* set) const { nftnl_set_free(set); }
};

std::uint16_t family_number(Family family) {
  switch (family) {
    case Family::bridge:
      return NFPROTO_BRIDGE;
    case Family::ip:
      return NFPROTO_IPV4;
    case Family::ip6:
      return NFPROTO_IPV6;
  }
  return NFPROTO_UNSPEC;
}

template <class T>
Bytes bytes_of(const T& value) {
  Bytes out(sizeof value);
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}

template <class T>
std::optional<T> number_in(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Bytes> interface_in(std::string_view text) {
  if (text.size() < 3 || text.size() - 2 >= interface_name_size || text.front() != '"' || text.back() != '"') return std::nullopt;
  Bytes out(interface_name_size, '\0');
  std::memcpy(out.data(), text.data() + 1, text.size() - 2);
  return out;
}

std::optional<Bytes> address_in(std::string_view text) {
  const auto address = domain::IpAddress::parse(text);
  if (!address) return std::nullopt;
  const auto& bytes = address->bytes();
  return Bytes(bytes.begin(), bytes.end());
}

/// A key as the kernel compares it: marks in the host's order of bytes, addresses in the network's.
std::optional<Bytes> key_in(std::string_view type, std::string_view text) {
  if (type == "type ipv4_addr" || type == "type ipv6_addr") return address_in(text);
  if (type.starts_with("type ifname") || type.starts_with("typeof iifname")) return interface_in(text);
  if (!type.starts_with("type mark")) return std::nullopt;
  const auto mark = number_in<std::uint32_t>(text);
  return mark ? std::optional(bytes_of(*mark)) : std::nullopt;
}

bool set_verdict(nftnl_set_elem* element, std::string_view text) {
  if (text == "accept") {
    nftnl_set_elem_set_u32(element, NFTNL_SET_ELEM_VERDICT, NF_ACCEPT);
    return true;
  }
  constexpr std::string_view jump = "goto ";
  if (!text.starts_with(jump)) return false;
  nftnl_set_elem_set_u32(element, NFTNL_SET_ELEM_VERDICT, std::uint32_t(NFT_GOTO));
  return nftnl_set_elem_set_str(element, NFTNL_SET_ELEM_CHAIN, std::string(text.substr(jump.size())).c_str()) == 0;
}

bool set_value(nftnl_set_elem* element, std::string_view type, std::string_view text) {
  if (text.empty()) return true;
  if (type.ends_with(": verdict")) return set_verdict(element, text);
  std::optional<Bytes> value;
  if (type.ends_with(": mark")) {
    if (const auto mark = number_in<std::uint32_t>(text)) value = bytes_of(*mark);
  } else if (type.ends_with(": ct zone")) {
    if (const auto zone = number_in<std::uint16_t>(text)) value = bytes_of(*zone);
  }
  return value && nftnl_set_elem_set(element, NFTNL_SET_ELEM_DATA, value->data(), std::uint32_t(value->size())) == 0;
}

using Set = std::unique_ptr<nftnl_set, FreeSet>;

/// Null when something cannot be said.
Set set_of(const Id& id, std::string_view type, const Elements& elements) {
  Set set(nftnl_set_alloc());
  if (!set) return nullptr;
  nftnl_set_set_str(set.get(), NFTNL_SET_TABLE, domain::firewall::table_name);
  nftnl_set_set_str(set.get(), NFTNL_SET_NAME, id.name.c_str());
  for (const auto& [text, value] : elements) {
    const auto key = key_in(type, text);
    auto* element = key ? nftnl_set_elem_alloc() : nullptr;
    if (element == nullptr) return nullptr;
    nftnl_set_elem_add(set.get(), element);  // the set's from here on
    if (nftnl_set_elem_set(element, NFTNL_SET_ELEM_KEY, key->data(), std::uint32_t(key->size())) != 0) return nullptr;
    if (!set_value(element, type, value)) return nullptr;
  }
  return set;
}

class Batch {
 public:
  explicit Batch(std::uint32_t sequence) : sequence_(sequence) { nftnl_batch_begin(next(), sequence_++), advance(); }

  bool add(std::uint16_t type, const Id& id, std::string_view kind, const Elements& elements) {
    if (elements.empty()) return true;
    const auto set = set_of(id, kind, elements);
    if (!set) return false;
    last_ = std::size_t(next() - bytes_.data());
    const bool makes = type == NFT_MSG_NEWSETELEM;
    auto* header = nftnl_nlmsg_build_hdr(next(), type, family_number(id.family), makes ? NLM_F_CREATE | NLM_F_EXCL : 0, sequence_++);
    nftnl_set_elems_nlmsg_build_payload(header, set.get());
    advance();
    return true;
  }

  ElementsBatch finish() {
    auto* last = reinterpret_cast<nlmsghdr*>(bytes_.data() + last_);
    last->nlmsg_flags |= NLM_F_ACK;
    const auto number = last->nlmsg_seq;
    nftnl_batch_end(next(), sequence_++);
    advance();
    bytes_.resize(used_);
    return {std::move(bytes_), number};
  }

 private:
  char* next() { return bytes_.data() + used_; }
  void advance() { used_ += NLMSG_ALIGN(reinterpret_cast<const nlmsghdr*>(next())->nlmsg_len); }

  // an element takes less than 200 bytes, a message around them as much
  Bytes bytes_ = Bytes(std::size_t(128) * 1024);
  std::size_t used_ = 0;
  std::size_t last_ = 0;
  std::uint32_t sequence_;
};

std::size_t count_of(const RulesetChange& change) {
  std::size_t count = 0;
  for (const auto& [id, elements] : change.elements) count += elements.removed.size() + elements.added.size() + 2;
  return count;
}

}  // namespace

std::optional<ElementsBatch> encode_elements(const RulesetChange& change, std::uint32_t sequence) {
  const bool elements_alone = change.chains.empty() && change.gone_chains.empty() && change.new_collections.empty() && change.gone_collections.empty();
  const auto count = count_of(change);
  if (!elements_alone || count == 0 || count > max_elements) return std::nullopt;
  Batch batch(sequence);
  for (const auto& [id, elements] : change.elements) {
    if (elements.interval || !batch.add(NFT_MSG_DELSETELEM, id, elements.type, elements.removed)) return std::nullopt;
  }
  for (const auto& [id, elements] : change.elements) {
    if (!batch.add(NFT_MSG_NEWSETELEM, id, elements.type, elements.added)) return std::nullopt;
  }
  return batch.finish();
}

}  // namespace causeway::adapters
