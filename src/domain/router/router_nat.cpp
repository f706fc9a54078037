#include "causeway/domain/router/router_nat.hpp"

#include <algorithm>

#include <fmt/ranges.h>

namespace causeway::domain {
namespace {

class Table {
 public:
  explicit Table(const RouterNat& nat) : nat_(nat) {
    for (const auto& gateway : nat.here) translates_ = translates_ || !gateway.translations.empty();
  }

  std::string text() {
    if (nat_.marks) add_marks();
    if (nat_.blocks.empty()) return text_;
    if (translates_) add_before();
    add_behind();
    return text_;
  }

 private:
  static std::string map_of(std::string_view name, const std::vector<std::string>& elements) {
    return fmt::format("map {} {{\n type ipv4_addr : ipv4_addr\n elements = {{ {} }}\n}}\n", name, fmt::join(elements, ", "));
  }
  static std::string out_map(const GatewayNat& gateway) { return fmt::format("floating_out_{}", gateway.number); }

  /// Before addresses are translated: an address of a floating IP is still to be seen.
  void add_marks() {
    std::string rules;
    for (const auto& gateway : nat_.elsewhere) {
      rules += fmt::format(" iifname \"{}\" ether saddr {} ct state new ct mark set {}\n", nat_.transit, gateway.mac,
                           leaving_mark(gateway.number));
    }
    std::vector<std::string> own;
    for (const auto& one : nat_.own) own.push_back(fmt::format("{} : {}", one.inside, leaving_mark(one.number)));
    if (!own.empty()) rules += fmt::format(" iifname \"qr-*\" meta mark set ip saddr map {{ {} }}\n", fmt::join(own, ", "));
    rules += " iifname \"qr-*\" ct mark != 0 meta mark set ct mark\n";
    for (const auto& gateway : nat_.here) {
      if (gateway.translations.empty()) continue;
      std::vector<std::string> outside;
      for (const auto& translation : gateway.translations) outside.push_back(translation.outside.to_string());
      const auto to = fmt::format(" ip daddr {{ {} }}", fmt::join(outside, ", "));
      rules += fmt::format("{} ct state new ct mark set {}\n", to, leaving_mark(gateway.number));
      rules += fmt::format("{} meta mark set {}\n", to, entering_mark(gateway.number));
    }
    text_ += "chain marks {\n type filter hook prerouting priority -150; policy accept;\n" + rules + "}\n";
  }

  void add_before() {
    std::vector<std::string> in;
    for (const auto& gateway : nat_.here) {
      std::vector<std::string> back;
      for (const auto& [outside, inside] : gateway.translations) {
        in.push_back(fmt::format("{} : {}", outside, inside));
        back.push_back(fmt::format("{} : {}", inside, outside));
      }
      if (!back.empty()) text_ += map_of(out_map(gateway), back);
    }
    text_ += map_of("floating_in", in);
    text_ += "chain before {\n type nat hook prerouting priority -100; policy accept;\n"
             " dnat to ip daddr map @floating_in\n}\n";
  }

  void add_behind() {
    std::string rules;
    const auto inside = fmt::format("ip saddr {{ {} }}", fmt::join(nat_.blocks, ", "));
    for (const auto& gateway : nat_.here) {
      const bool floats = !gateway.translations.empty();
      if (floats) rules += fmt::format(" oifname \"{}\" snat to ip saddr map @{}\n", gateway.leg, out_map(gateway));
      if (gateway.hides && gateway.own)
        rules += fmt::format(" oifname \"{}\" {} snat to {}\n", gateway.leg, inside, *gateway.own);
    }
    // from inside to a floating IP: the answer has to come back here, not straight to who asked
    for (const auto& gateway : nat_.here) {
      if (gateway.translations.empty()) continue;
      const auto came = nat_.marks ? fmt::format(" ct mark {} ct status dnat {}", leaving_mark(gateway.number), inside)
                                   : " ct status dnat " + inside;
      rules += fmt::format("{} snat to ip saddr map @{}\n", came, out_map(gateway));
      if (gateway.own) rules += fmt::format("{} snat to {}\n", came, *gateway.own);
    }
    if (rules.empty() && !nat_.marks) return;
    // first packets alone come here: a connection stays with its gateway, whatever becomes the way out of others
    std::string stay;
    for (const auto& gateway : nat_.here) stay += fmt::format(" oifname \"{}\" ct mark set {}\n", gateway.leg, leaving_mark(gateway.number));
    if (!stay.empty()) text_ += "chain behind {\n type nat hook postrouting priority 100; policy accept;\n" + stay + rules + "}\n";
  }

  const RouterNat& nat_;
  bool translates_ = false;
  std::string text_;
};

}  // namespace

std::string nat_table(const RouterNat& nat) { return Table(nat).text(); }

}  // namespace causeway::domain
