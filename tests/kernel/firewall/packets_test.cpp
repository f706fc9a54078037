#include <gtest/gtest.h>
#include <linux/icmpv6.h>

#include <chrono>
#include <map>
#include <memory>

#include "causeway/adapters/netlink/netlink_links.hpp"
#include "causeway/adapters/netlink/sysctl.hpp"
#include "firewall_host.hpp"
#include "nft_rig.hpp"
#include "sockets.hpp"

/// Real packets through the compiled rules: containers 1, 2 and 3 on one bridge, with addresses 10.0.0.n and fd00::n. Container 4 stands
/// for what is behind a tunnel or a router: its end of the bridge is called cwr4, and nobody is a port there.
namespace causeway::testing {
namespace {


constexpr std::uint16_t port = 7007;

domain::IpAddress ip(std::string_view text) { return domain::IpAddress::parse(text).value(); }
domain::IpAddress v4(int number) { return domain::IpAddress::v4(0x0a000000U + std::uint32_t(number)); }
domain::IpAddress v6(int number) { return ip("fd00::" + std::to_string(number)); }
domain::Mac mac(int number) { return domain::Mac::from_number(0xfa163e000000ULL + std::uint64_t(number)); }

std::vector<std::uint8_t> bytes_of(std::initializer_list<std::span<const std::uint8_t>> parts) {
  std::vector<std::uint8_t> out;
  for (const auto part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}
std::uint16_t checksum(std::vector<std::uint8_t> data) {
  if (data.size() % 2 == 1) data.push_back(0);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < data.size(); i += 2) sum += std::uint32_t(data[i] << 8U | data[i + 1]);
  while (sum > 0xffff) sum = (sum & 0xffffU) + (sum >> 16U);
  return std::uint16_t(~sum);
}

class FirewallPackets : public ::testing::Test {
 protected:
  void SetUp() override {
    net.run([&] {
      ok(links->ensure_host_settings());
      ok(links->ensure_bridge({.name = "cwb1", .mac = domain::Mac::from_number(0x02000000ff01), .mtu = 1450, .netfilter_hooks = true}));
    });
    for (const int number : {1, 2, 3, 4}) add_container(number);
  }

  static void ok(const Result<void>& done) { ASSERT_TRUE(done) << done.error().describe(); }

  void add_container(int number) {
    auto& box = boxes[number];
    box = std::make_unique<NetNamespace>();
    const std::string host_end = (number == 4 ? "cwr" : "cwp") + std::to_string(number);
    net.run([&] { ok(links->ensure_veth({host_end, "cwc" + std::to_string(number), mac(number), 1450, "cwb1"})); });
    net.move_link_to("cwc" + std::to_string(number), *box);
    const std::string inside = "cwc" + std::to_string(number);
    box->set_up(inside);
    box->add_address(inside, v4(number), 24);
    box->add_address(inside, v6(number), 64);
  }
  static std::string link(int number) { return "cwc" + std::to_string(number); }
  const NetNamespace& box(int number) { return *boxes.at(number); }

  /// Compiles and loads what `host` says now, as an agent does.
  void apply() {
    host.epochs.assign(host.host);
    const auto change = compiler.update(host.host);
    ASSERT_TRUE(compiler.closed().empty()) << compiler.closed().begin()->second;
    ok(held ? nft->change(change) : nft->replace(compiler.ruleset()));
    held = true;
  }
  void ports(std::initializer_list<int> numbers, std::vector<std::string> groups) {
    for (const int number : numbers) host.port(number, groups);
  }

  /// A datagram gets there.
  bool udp(int from, int to, bool six = false, std::uint16_t to_port = port) {
    const auto target = six ? v6(to) : v4(to);
    const int family = six ? AF_INET6 : AF_INET;
    const Socket receiver(box(to), family, SOCK_DGRAM);
    EXPECT_TRUE(receiver.bind(six ? ip("::") : ip("0.0.0.0"), to_port));
    const Socket sender(box(from), family, SOCK_DGRAM);
    sender.send_to(target, to_port, "hello");
    return receiver.receive() == "hello";
  }
  bool tcp(int from, int to, bool six = false, std::uint16_t to_port = port) {
    const Socket listener = listen(to, six, to_port);
    return tcp_connect(box(from), six ? v6(to) : v4(to), to_port).fd() >= 0;
  }
  Socket listen(int on, bool six, std::uint16_t to_port = port) {
    Socket listener(box(on), six ? AF_INET6 : AF_INET, SOCK_STREAM);
    EXPECT_TRUE(listener.bind(six ? ip("::") : ip("0.0.0.0"), to_port));
    EXPECT_EQ(::listen(listener.fd(), 4), 0);
    return listener;
  }
  bool ping(int from, int to, bool six = false) {
    const Socket socket(box(from), six ? AF_INET6 : AF_INET, SOCK_RAW, six ? int(IPPROTO_ICMPV6) : int(IPPROTO_ICMP));
    std::string request(8, '\0');
    request[0] = char(six ? ICMPV6_ECHO_REQUEST : ICMP_ECHO);
    request[5] = char(from);
    const auto sum = checksum({request.begin(), request.end()});
    request[2] = char(sum >> 8U);
    request[3] = char(sum & 0xffU);
    socket.send_to(six ? v6(to) : v4(to), 0, request);
    for (int packet = 0; packet < 20; ++packet) {  // neighbour discovery is read as well
      const auto answer = socket.receive();
      if (answer.empty()) return false;
      const std::size_t at = six ? 0 : 20;
      if (answer.size() > at && std::uint8_t(answer[at]) == (six ? ICMPV6_ECHO_REPLY : ICMP_ECHOREPLY)) return true;
    }
    return false;
  }
  /// An Ethernet frame around an IPv4 UDP packet to container `to`.
  std::vector<std::uint8_t> udp_frame(const domain::Mac& source_mac, const domain::IpAddress& source, int to, std::uint16_t from_port = 999,
                                      std::uint16_t to_port = port) {
    std::vector<std::uint8_t> head{0x45, 0, 0, 33, 0, 0, 0, 0, 64, 17, 0, 0};
    head = bytes_of({head, source.bytes(), v4(to).bytes()});
    const auto sum = checksum(head);
    head[10] = std::uint8_t(sum >> 8U);
    head[11] = std::uint8_t(sum & 0xffU);
    const std::uint8_t rest[] = {std::uint8_t(from_port >> 8U), std::uint8_t(from_port), std::uint8_t(to_port >> 8U), std::uint8_t(to_port),
                                 0, 13, 0, 0, 'h', 'e', 'l', 'l', 'o'};
    const std::uint8_t type[] = {8, 0};
    return bytes_of({mac(to).bytes(), source_mac.bytes(), type, head, rest});
  }
  /// A frame that container `from` sends gets the word "hello" to container `to`.
  bool frame_arrives(int from, int to, const std::vector<std::uint8_t>& frame, std::uint16_t to_port = port) {
    const Socket receiver(box(to), AF_INET, SOCK_DGRAM);
    EXPECT_TRUE(receiver.bind(ip("0.0.0.0"), to_port));
    send_frame(box(from), link(from).c_str(), frame);
    return receiver.receive() == "hello";
  }
  /// Any frame of this EtherType and payload reaches container `to`.
  bool seen_by(int to, int from, const std::vector<std::uint8_t>& frame) {
    const Socket sniffer(box(to), AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    send_frame(box(from), link(from).c_str(), frame);
    const std::string wanted(frame.begin(), frame.end());
    for (int packet = 0; packet < 50; ++packet) {
      const auto got = sniffer.receive();
      if (got.empty()) return false;
      if (got.starts_with(wanted)) return true;
    }
    return false;
  }
  static std::vector<std::uint8_t> arp_frame(int operation, const domain::Mac& frame_mac, const domain::Mac& arp_mac, const domain::IpAddress& source,
                                             int to) {
    const std::uint8_t head[] = {8, 6, 0, 1, 8, 0, 6, 4, 0, std::uint8_t(operation)};
    const domain::Mac broadcast = domain::Mac::from_number(0xffffffffffff);
    return bytes_of({broadcast.bytes(), frame_mac.bytes(), head, arp_mac.bytes(), source.bytes(), mac(to).bytes(), v4(to).bytes()});
  }
  /// An ICMPv6 message to all nodes.
  static std::vector<std::uint8_t> icmp6_frame(const domain::Mac& from, const domain::IpAddress& source, std::vector<std::uint8_t> message) {
    const auto all = ip("ff02::1");
    const std::uint8_t next[] = {0, 0, 0, 58};
    const std::uint8_t length[] = {0, 0, std::uint8_t(message.size() >> 8U), std::uint8_t(message.size())};
    const auto sum = checksum(bytes_of({source.bytes(), all.bytes(), length, next, message}));
    message[2] = std::uint8_t(sum >> 8U);
    message[3] = std::uint8_t(sum & 0xffU);
    const std::uint8_t head[] = {0x86, 0xdd, 0x60, 0, 0, 0, std::uint8_t(message.size() >> 8U), std::uint8_t(message.size()), 58, 255};
    const domain::Mac multicast = domain::Mac::from_number(0x333300000001);
    return bytes_of({multicast.bytes(), from.bytes(), head, source.bytes(), all.bytes(), message});
  }
  static std::vector<std::uint8_t> advertisement_of(const domain::IpAddress& target) {
    const std::uint8_t head[] = {136, 0, 0, 0, 0x20, 0, 0, 0};
    return bytes_of({head, target.bytes()});
  }

  NetNamespace net;
  std::unique_ptr<adapters::NetlinkLinks> links = net.run([] { return adapters::NetlinkLinks::open().value(); });
  std::unique_ptr<adapters::NftFirewall> nft = net.run([] { return adapters::NftFirewall::open().value(); });
  std::map<int, std::unique_ptr<NetNamespace>> boxes;
  FirewallHost host;
  domain::firewall::HostCompiler compiler;
  bool held = false;
};

const std::vector<domain::SecurityGroupRule> free_egress{egress(), egress("IPv6")};

std::vector<domain::SecurityGroupRule> with_egress(std::vector<domain::SecurityGroupRule> rules) {
  rules.insert(rules.end(), free_egress.begin(), free_egress.end());
  return rules;
}

TEST_F(FirewallPackets, of_members_of_the_default_group_pass_and_of_others_do_not) {
  host.group("default", with_egress({ingress().group("default"), ingress("IPv6").group("default")}));
  host.group("other", free_egress);
  host.members("default", {"10.0.0.1/32", "10.0.0.2/32", "fd00::1/128", "fd00::2/128"});
  ports({1, 2}, {"default"});
  ports({3}, {"other"});
  apply();
  for (const bool six : {false, true}) {
    EXPECT_TRUE(udp(1, 2, six)) << six;
    EXPECT_TRUE(tcp(2, 1, six)) << six;
    EXPECT_TRUE(ping(1, 2, six)) << six;
    EXPECT_FALSE(udp(3, 1, six)) << six;
    EXPECT_FALSE(tcp(3, 1, six)) << six;
    EXPECT_FALSE(ping(3, 1, six)) << six;
    EXPECT_FALSE(udp(1, 3, six)) << "nothing lets it in" << six;
    EXPECT_FALSE(udp(4, 1, six)) << "from elsewhere" << six;
  }
}

TEST_F(FirewallPackets, of_a_port_that_is_not_known_do_not_pass) {
  host.group("open", with_egress({ingress(), ingress("IPv6")}));
  ports({1}, {"open"});
  apply();
  EXPECT_FALSE(udp(1, 2));
  EXPECT_FALSE(udp(2, 1));
  EXPECT_FALSE(udp(2, 3, true));
  EXPECT_TRUE(udp(4, 1)) << "routers and tunnels are no ports";
  EXPECT_TRUE(udp(1, 4, true));
  ports({2}, {"open"});
  apply();
  EXPECT_TRUE(udp(1, 2));
}

TEST_F(FirewallPackets, are_judged_by_protocol_port_type_and_block) {
  host.group("open", with_egress({ingress(), ingress("IPv6")}));
  host.group("web", with_egress({ingress().protocol("tcp").ports(80, 90), ingress("IPv6").protocol("udp").ports(53, 53).from("fd00::1"),
                                 ingress().protocol("icmp").type(8).from("10.0.0.0/31"), ingress("IPv6").protocol("icmpv6").ports(128, 0)}));
  ports({1, 3}, {"open"});
  ports({2}, {"web"});
  apply();
  EXPECT_TRUE(tcp(1, 2, false, 85));
  EXPECT_FALSE(tcp(1, 2, false, 91));
  EXPECT_FALSE(udp(1, 2, false, 85));
  EXPECT_TRUE(udp(1, 2, true, 53));
  EXPECT_FALSE(udp(3, 2, true, 53)) << "another source";
  EXPECT_TRUE(ping(1, 2));
  EXPECT_FALSE(ping(3, 2)) << "outside of the block";
  EXPECT_TRUE(ping(3, 2, true));
}

TEST_F(FirewallPackets, that_leave_are_judged_too) {
  host.group("open", with_egress({ingress(), ingress("IPv6")}));
  host.group("mute", {egress().protocol("udp").ports(53, 53).from("10.0.0.1"), ingress(), ingress("IPv6")});
  ports({1, 3}, {"open"});
  ports({2}, {"mute"});
  apply();
  EXPECT_TRUE(udp(2, 1, false, 53));
  EXPECT_FALSE(udp(2, 1, false, 54));
  EXPECT_FALSE(udp(2, 3, false, 53));
  EXPECT_FALSE(udp(2, 1, true, 53));
  EXPECT_FALSE(tcp(2, 1));
  EXPECT_TRUE(tcp(1, 2)) << "answers are part of what was let in";
  EXPECT_TRUE(ping(1, 2, true));
}

TEST_F(FirewallPackets, of_a_connection_stop_when_its_rule_goes_and_no_others) {
  for (const bool six : {false, true}) {
    SCOPED_TRACE(six);
    host = FirewallHost();
    held = false;
    const std::string type = six ? "IPv6" : "IPv4";
    const auto keep = ingress(type).protocol("tcp").ports(81, 81);
    const auto cut = ingress(type).protocol("tcp").ports(80, 80);
    host.group("open", with_egress({ingress(), ingress("IPv6")}));
    host.group("web", with_egress({keep, cut}));
    ports({1}, {"open"});
    ports({2}, {"web"});
    apply();
    const Socket listener80 = listen(2, six, 80), listener81 = listen(2, six, 81);
    const Socket out80 = tcp_connect(box(1), six ? v6(2) : v4(2), 80), out81 = tcp_connect(box(1), six ? v6(2) : v4(2), 81);
    const Socket in80(::accept(listener80.fd(), nullptr, nullptr)), in81(::accept(listener81.fd(), nullptr, nullptr));
    const auto passes = [](const Socket& from, const Socket& to) { return from.send("hello") && to.receive().starts_with("hello"); };
    EXPECT_TRUE(passes(out80, in80) && passes(in80, out80) && passes(out81, in81));

    host.group("web", with_egress({keep}));
    apply();
    EXPECT_FALSE(passes(out80, in80));
    EXPECT_FALSE(passes(in80, out80)) << "and not the other way";
    EXPECT_TRUE(passes(out81, in81));
    EXPECT_TRUE(passes(in81, out81));

    host.group("web", with_egress({keep, cut}));
    apply();
    // TCP sends what was lost again, at longer and longer intervals
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!in80.readable() && std::chrono::steady_clock::now() < until) continue;
    EXPECT_TRUE(in80.readable()) << "what was sent again gets there";
  }
}

TEST_F(FirewallPackets, of_a_connection_stop_when_a_member_leaves_the_remote_group) {
  host.group("web", with_egress({ingress().group("friends")}));
  host.group("open", with_egress({ingress(), ingress("IPv6")}));
  host.members("friends", {"10.0.0.1/32", "10.0.0.3/32"});
  ports({1, 3}, {"open"});
  ports({2}, {"web"});
  apply();
  const Socket receiver(box(2), AF_INET, SOCK_DGRAM), one(box(1), AF_INET, SOCK_DGRAM), three(box(3), AF_INET, SOCK_DGRAM);
  ASSERT_TRUE(receiver.bind(v4(2), port) && one.bind(v4(1), port) && three.bind(v4(3), port));
  const auto echo = [&](const Socket& from, int number) {
    from.send_to(v4(2), port, "hello");
    if (receiver.receive() != "hello") return false;
    receiver.send_to(v4(number), port, "back");
    return from.receive() == "back";
  };
  EXPECT_TRUE(echo(one, 1));
  EXPECT_TRUE(echo(three, 3));
  host.members("friends", {"10.0.0.3/32"});
  apply();
  EXPECT_FALSE(echo(one, 1));
  EXPECT_TRUE(echo(three, 3));
  host.members("friends", {"10.0.0.0/30"});  // by an allowed address pair of somebody
  apply();
  EXPECT_TRUE(echo(one, 1));
}

TEST_F(FirewallPackets, with_a_foreign_address_do_not_leave_their_port) {
  host.group("open", with_egress({ingress(), ingress("IPv6")}));
  ports({1, 2}, {"open"});
  apply();
  EXPECT_TRUE(frame_arrives(1, 2, udp_frame(mac(1), v4(1), 2)));
  EXPECT_FALSE(frame_arrives(1, 2, udp_frame(mac(1), v4(3), 2))) << "another's IP";
  EXPECT_FALSE(frame_arrives(1, 2, udp_frame(mac(3), v4(1), 2))) << "another's MAC";
  EXPECT_FALSE(frame_arrives(1, 2, udp_frame(mac(1), v4(1), 2, 67, 68), 68)) << "a DHCP server";
  EXPECT_TRUE(frame_arrives(4, 2, udp_frame(mac(4), v4(3), 2))) << "a router speaks for others";
  EXPECT_TRUE(seen_by(2, 1, arp_frame(1, mac(1), mac(1), v4(1), 2)));
  EXPECT_FALSE(seen_by(2, 1, arp_frame(1, mac(1), mac(1), v4(3), 2))) << "ARP for another's IP";
  EXPECT_FALSE(seen_by(2, 1, arp_frame(2, mac(1), mac(3), v4(1), 2))) << "ARP with another's MAC";
  EXPECT_TRUE(seen_by(2, 1, arp_frame(1, mac(1), mac(1), ip("0.0.0.0"), 2))) << "an ARP probe";
  EXPECT_FALSE(seen_by(2, 1, arp_frame(2, mac(1), mac(1), ip("0.0.0.0"), 2)));
  EXPECT_TRUE(seen_by(2, 1, icmp6_frame(mac(1), v6(1), advertisement_of(v6(1)))));
  EXPECT_FALSE(seen_by(2, 1, icmp6_frame(mac(1), v6(1), advertisement_of(v6(3))))) << "an advertisement of another's address";
  EXPECT_FALSE(seen_by(2, 1, icmp6_frame(mac(1), v6(3), advertisement_of(v6(3)))));
  const std::vector<std::uint8_t> router_advertisement{134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0};
  const auto link_local = [](int number) { return ip("fe80::f816:3eff:fe00:" + std::to_string(number)); };
  EXPECT_FALSE(seen_by(2, 1, icmp6_frame(mac(1), link_local(1), router_advertisement)));
  EXPECT_TRUE(seen_by(2, 4, icmp6_frame(mac(4), link_local(4), router_advertisement))) << "the router's own";
  auto strange = udp_frame(mac(1), v4(1), 2);
  strange[12] = 0x88;
  strange[13] = 0xb5;  // an EtherType for experiments
  EXPECT_FALSE(seen_by(2, 1, strange));
}

TEST_F(FirewallPackets, of_allowed_address_pairs_pass) {
  host.group("open", with_egress({ingress(), ingress("IPv6")}));
  ports({2}, {"open"});
  auto& pairs = host.port(1, {"open"});
  pairs.allowed_address_pairs = {{*domain::Cidr::parse("10.1.0.0/16"), std::nullopt}, {*domain::Cidr::parse("10.0.0.77/32"), mac(77)},
                                 {*domain::Cidr::parse("fd01::/64"), std::nullopt}};
  apply();
  EXPECT_TRUE(frame_arrives(1, 2, udp_frame(mac(1), ip("10.1.2.3"), 2)));
  EXPECT_TRUE(frame_arrives(1, 2, udp_frame(mac(77), ip("10.0.0.77"), 2)));
  EXPECT_FALSE(frame_arrives(1, 2, udp_frame(mac(1), ip("10.0.0.77"), 2))) << "the pair has a MAC of its own";
  EXPECT_FALSE(frame_arrives(1, 2, udp_frame(mac(77), v4(1), 2)));
  EXPECT_TRUE(seen_by(2, 1, icmp6_frame(mac(1), ip("fd01::9"), advertisement_of(ip("fd01::9")))));
  EXPECT_FALSE(seen_by(2, 1, icmp6_frame(mac(1), ip("fd01::9"), advertisement_of(ip("fd02::9")))));
}

TEST_F(FirewallPackets, are_free_without_port_security) {
  host.port(1, {}).port_security_enabled = false;
  host.port(2, {}).port_security_enabled = false;
  host.group("closed", {});
  ports({3}, {"closed"});
  apply();
  EXPECT_TRUE(udp(1, 2));
  EXPECT_TRUE(ping(1, 2, true));
  EXPECT_TRUE(frame_arrives(1, 2, udp_frame(mac(9), v4(9), 2)));
  EXPECT_FALSE(udp(1, 3)) << "whose security is on";
}

TEST_F(FirewallPackets, of_a_stateless_group_need_rules_in_both_directions) {
  host.group("open", with_egress({ingress(), ingress("IPv6")}));
  host.group("in only", {ingress()}).stateful = false;
  ports({1}, {"open"});
  ports({2}, {"in only"});
  apply();
  EXPECT_TRUE(udp(1, 2));
  EXPECT_FALSE(tcp(1, 2)) << "the answer is not let out";
  host.group("in only", {ingress(), egress()}).stateful = false;
  apply();
  EXPECT_TRUE(tcp(1, 2));
}

TEST_F(FirewallPackets, do_not_reach_the_host_by_its_bridge) {
  host.group("open", with_egress({ingress(), ingress("IPv6")}));
  ports({1}, {"open"});
  net.add_address("lo", ip("10.0.0.200"), 32);
  const Socket receiver(net, AF_INET, SOCK_DGRAM);
  ASSERT_TRUE(receiver.bind(ip("10.0.0.200"), port));
  const Socket sender(box(1), AF_INET, SOCK_DGRAM);
  sender.send_to(ip("10.0.0.200"), port, "hello");
  ASSERT_EQ(receiver.receive(), "hello") << "without a firewall the host answers ARP for any address of its own";
  apply();
  sender.send_to(ip("10.0.0.200"), port, "hello");
  EXPECT_EQ(receiver.receive(), "");
}

TEST_F(FirewallPackets, in_fragments_are_judged_as_what_they_are_parts_of) {
  host.group("open", free_egress);
  host.group("dns", {ingress().protocol("udp").ports(53, 53), ingress("IPv6").protocol("udp").ports(53, 53)});
  ports({1}, {"open"});
  ports({2}, {"dns"});
  apply();
  const std::string large(4000, 'x');  // more than two packets: only the first says which port it is for
  for (const bool six : {false, true}) {
    for (const std::uint16_t to_port : {std::uint16_t(53), std::uint16_t(54)}) {
      const Socket receiver(box(2), six ? AF_INET6 : AF_INET, SOCK_DGRAM), sender(box(1), six ? AF_INET6 : AF_INET, SOCK_DGRAM);
      ASSERT_TRUE(receiver.bind(six ? ip("::") : ip("0.0.0.0"), to_port));
      EXPECT_TRUE(sender.send_to(six ? v6(2) : v4(2), to_port, large));
      EXPECT_EQ(receiver.receive() == large, to_port == 53) << six;
    }
  }
}

TEST_F(FirewallPackets, that_are_routed_meet_the_rules_of_both_ends) {
  // a second bridge with container 5 at 10.0.1.5 and fd01::5, and a router with a leg in both
  net.run([&] { ok(links->ensure_bridge({.name = "cwb2", .mac = domain::Mac::from_number(0x02000000ff02), .mtu = 1450, .netfilter_hooks = true})); });
  const NetNamespace router;
  const auto leg = [&](int number, const NetNamespace& end, const std::string& host_end, const std::string& bridge, std::string_view four, std::string_view six) {
    net.run([&] { ok(links->ensure_veth({host_end, link(number), mac(number), 1450, bridge})); });
    net.move_link_to(link(number), end);
    end.set_up(link(number));
    end.add_address(link(number), ip(four), 24);
    end.add_address(link(number), ip(six), 64);
  };
  auto& five = boxes[5] = std::make_unique<NetNamespace>();
  leg(5, *five, "cwp5", "cwb2", "10.0.1.5", "fd01::5");
  leg(8, router, "cwr8", "cwb1", "10.0.0.254", "fd00::fe");
  leg(9, router, "cwr9", "cwb2", "10.0.1.254", "fd01::fe");
  router.run([] {
    EXPECT_TRUE(adapters::ensure_net_sysctl("ipv4/ip_forward", "1"));
    EXPECT_TRUE(adapters::ensure_net_sysctl("ipv6/conf/all/forwarding", "1"));
  });
  box(1).add_route(ip("10.0.1.0"), 24, ip("10.0.0.254"));
  box(1).add_route(ip("fd01::"), 64, ip("fd00::fe"));
  five->add_route(ip("10.0.0.0"), 24, ip("10.0.1.254"));
  five->add_route(ip("fd00::"), 64, ip("fd01::fe"));

  host.group("friends", with_egress({ingress().group("friends"), ingress("IPv6").group("friends")}));
  host.group("strangers", free_egress);
  host.members("friends", {"10.0.0.1/32", "10.0.1.5/32", "fd00::1/128", "fd01::5/128"});
  ports({1}, {"friends"});
  host.host.zones["cwb2"] = 8;
  const auto put_five = [&](const std::string& group) {
    host.host.ports.resize(1);
    host.port(5, {group}).fixed_ips = {{domain::SubnetId("s"), ip("10.0.1.5")}, {domain::SubnetId("s6"), ip("fd01::5")}};
    host.host.ports.back().bridge = "cwb2";
    apply();
  };
  const auto both_ways = [&](bool six) {
    const Socket there = listen(5, six), here = listen(1, six);
    const bool out = tcp_connect(box(1), six ? ip("fd01::5") : ip("10.0.1.5"), port).fd() >= 0;
    const bool back = tcp_connect(*five, six ? v6(1) : v4(1), port).fd() >= 0;
    return std::pair(out, back);
  };
  put_five("friends");
  // the router looks for its neighbours first, in IPv6 from link-local addresses that it has to try out before
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  for (const bool six : {false, true}) {
    while (both_ways(six) != std::pair(true, true) && std::chrono::steady_clock::now() < until) continue;
    EXPECT_EQ(both_ways(six), std::pair(true, true)) << six;
  }
  put_five("strangers");
  EXPECT_EQ(both_ways(false), std::pair(false, true)) << "its address is still a member's";
  EXPECT_EQ(both_ways(true), std::pair(false, true));
  host.members("friends", {"10.0.0.1/32", "fd00::1/128"});
  apply();
  EXPECT_EQ(both_ways(false), std::pair(false, false));
  EXPECT_EQ(both_ways(true), std::pair(false, false));
}

TEST_F(FirewallPackets, of_tenants_with_the_same_addresses_never_meet) {
  // a second bridge, with container 5 at the address of container 2
  net.run([&] { ok(links->ensure_bridge({.name = "cwb2", .mac = domain::Mac::from_number(0x02000000ff02), .mtu = 1450, .netfilter_hooks = true})); });
  for (const int number : {5, 6}) {
    auto& made = boxes[number];
    made = std::make_unique<NetNamespace>();
    net.run([&] { ok(links->ensure_veth({"cwp" + std::to_string(number), link(number), mac(number), 1450, "cwb2"})); });
    net.move_link_to(link(number), *made);
    made->set_up(link(number));
    made->add_address(link(number), v4(number - 4), 24);
  }
  host.group("web", with_egress({ingress().protocol("udp").ports(port, port).from("10.0.0.1")}));
  host.group("closed", free_egress);
  ports({1, 2}, {"web"});
  host.host.zones["cwb2"] = 8;
  for (const int number : {5, 6}) {
    host.port(number, {"closed"}).fixed_ips = {{domain::SubnetId("s"), v4(number - 4)}};
    host.host.ports.back().bridge = "cwb2";
  }
  apply();
  const Socket here(box(2), AF_INET, SOCK_DGRAM), there(box(6), AF_INET, SOCK_DGRAM), one(box(1), AF_INET, SOCK_DGRAM), five(box(5), AF_INET, SOCK_DGRAM);
  ASSERT_TRUE(here.bind(v4(2), port) && there.bind(v4(2), port) && one.bind(v4(1), port) && five.bind(v4(1), port));
  one.send_to(v4(2), port, "hello");
  EXPECT_EQ(here.receive(), "hello");
  here.send_to(v4(1), port, "back");
  EXPECT_EQ(one.receive(), "back");
  five.send_to(v4(2), port, "hello");  // the same five numbers as the connection of the others
  EXPECT_EQ(there.receive(), "");
}

}  // namespace
}  // namespace causeway::testing
