#include "short_cut_rig.hpp"

/// What takes the short cut in a real kernel, and what must not. The proof is a slow path that is closed behind the fast path's back.
namespace causeway::testing {
namespace {

class ShortCuts : public ShortCutRig, public ::testing::WithParamInterface<bool> {
 protected:
  bool six() const { return GetParam(); }
  domain::IpAddress at(int number) const { return address(number, six()); }
};
INSTANTIATE_TEST_SUITE_P(BothFamilies, ShortCuts, ::testing::Bool(), [](const auto& info) { return info.param ? "IPv6" : "IPv4"; });

TEST_P(ShortCuts, established_flows_pass_by_themselves_until_they_are_invalidated) {
  attach_all();
  const auto one = udp(11, six()), two = udp(12, six());
  ASSERT_TRUE(learn(one, two, at(12)));
  close_slow_path();
  EXPECT_TRUE(passes(one, two, at(12)));
  invalidate();
  EXPECT_FALSE(passes(one, two, at(12)));
  EXPECT_FALSE(passes(one, two, at(12))) << "what the slow path refused is not learned";
  open_slow_path();
  EXPECT_TRUE(learn(one, two, at(12)));
}

TEST_P(ShortCuts, a_flow_is_one_direction_of_one_pair_of_ports) {
  attach_all();
  const auto one = udp(11, six()), two = udp(12, six());
  ASSERT_TRUE(learn(one, two, at(12)));
  close_slow_path();
  EXPECT_FALSE(passes(two, one, at(11))) << "the other direction was not let through";
  const Socket other(*boxes.at(11), six() ? AF_INET6 : AF_INET, SOCK_DGRAM);
  EXPECT_FALSE(passes(other, two, at(12))) << "another port";
  EXPECT_TRUE(passes(one, two, at(12)));
}

TEST_P(ShortCuts, a_flow_has_to_be_let_through_again_and_again) {
  reopen(std::chrono::milliseconds(20));
  attach_all();
  const auto one = udp(11, six()), two = udp(12, six());
  ASSERT_TRUE(learn(one, two, at(12)));
  close_slow_path();
  ::usleep(25'000);
  EXPECT_FALSE(passes(one, two, at(12)));
}

TEST_P(ShortCuts, routed_flows_lose_a_hop) {
  attach_all();
  const auto one = udp(11, six()), two = udp(21, six());
  const int on = 1;
  ::setsockopt(two.fd(), six() ? int(IPPROTO_IPV6) : int(IPPROTO_IP), six() ? IPV6_RECVHOPLIMIT : IP_RECVTTL, &on, sizeof on);
  ASSERT_TRUE(learn(one, two, at(21)));
  close_slow_path();
  ASSERT_TRUE(one.send_to(at(21), port, "hello"));
  ASSERT_TRUE(two.readable());
  char data[64], control[256];
  iovec part{data, sizeof data};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ASSERT_EQ(::recvmsg(two.fd(), &message, 0), 5);
  int hops = 0;
  for (auto* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_type == IP_TTL || each->cmsg_type == IPV6_HOPLIMIT) hops = *reinterpret_cast<int*>(CMSG_DATA(each));
  }
  EXPECT_EQ(hops, 63);
  const int last = 1;
  ::setsockopt(one.fd(), six() ? int(IPPROTO_IPV6) : int(IPPROTO_IP), six() ? IPV6_UNICAST_HOPS : IP_TTL, &last, sizeof last);
  EXPECT_FALSE(passes(one, two, at(21))) << "its life ends at the router";
}

TEST_P(ShortCuts, routed_flows_end_with_their_generation) {
  attach_all();
  const auto one = udp(11, six()), two = udp(21, six());
  ASSERT_TRUE(learn(one, two, at(21)));
  close_slow_path();
  EXPECT_TRUE(passes(one, two, at(21)));
  invalidate();
  EXPECT_FALSE(passes(one, two, at(21)));
}

TEST_P(ShortCuts, data_of_a_connection_takes_it_and_its_beginning_and_end_do_not) {
  attach_all();
  const int family = six() ? AF_INET6 : AF_INET;
  const Socket listener(*boxes.at(21), family, SOCK_STREAM);
  ASSERT_TRUE(listener.bind(six() ? ip("::") : ip("0.0.0.0"), 80));
  ASSERT_EQ(::listen(listener.fd(), 8), 0);
  auto out = std::make_unique<Socket>(-1);
  for (int i = 0; i < 10 && out->fd() < 0; ++i) out = std::make_unique<Socket>(tcp_connect(*boxes.at(11), at(21), 80));
  ASSERT_GE(out->fd(), 0);
  const Socket in(::accept(listener.fd(), nullptr, nullptr));
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(out->send("ping"));
    ASSERT_EQ(in.receive(), "ping");
    ASSERT_TRUE(in.send("pong"));
    ASSERT_EQ(out->receive(), "pong");
  }
  close_slow_path();
  ASSERT_TRUE(out->send("more"));
  EXPECT_EQ(in.receive(), "more");
  EXPECT_EQ(tcp_connect(*boxes.at(11), at(21), 80).fd(), -1) << "a handshake is judged";
  out.reset();
  EXPECT_FALSE(in.readable()) << "the end has to pass conntrack";
  open_slow_path();
  EXPECT_TRUE(in.readable()) << "sent again";
}

TEST_P(ShortCuts, fragments_take_the_slow_path) {
  attach_all();
  const auto one = udp(11, six()), two = udp(12, six());
  ASSERT_TRUE(learn(one, two, at(12)));
  const std::string large(3'000, 'x');
  EXPECT_TRUE(passes(one, two, at(12), large));
  close_slow_path();
  EXPECT_FALSE(passes(one, two, at(12), large));
  EXPECT_TRUE(passes(one, two, at(12)));
}

TEST_P(ShortCuts, a_link_that_is_detached_takes_no_part) {
  attach_all();
  const auto one = udp(11, six()), two = udp(12, six());
  ASSERT_TRUE(learn(one, two, at(12)));
  host.run([&] { ok(fast->detach("cwp12")); });
  close_slow_path();
  EXPECT_FALSE(passes(one, two, at(12)));
  open_slow_path();
  EXPECT_FALSE(learn(one, two, at(12)));
  host.run([&] { ok(fast->attach("cwp12", std::nullopt)); });
  EXPECT_TRUE(learn(one, two, at(12)));
}

TEST_P(ShortCuts, the_next_life_of_the_agent_begins_with_no_flow) {
  attach_all();
  const auto one = udp(11, six()), two = udp(12, six());
  ASSERT_TRUE(learn(one, two, at(12)));
  reopen(std::chrono::hours(1));
  close_slow_path();
  EXPECT_FALSE(passes(one, two, at(12)));
  open_slow_path();
  attach_all();
  EXPECT_TRUE(learn(one, two, at(12)));
}

TEST_P(ShortCuts, packets_larger_than_the_link_take_the_slow_path) {
  host.run([&] { ASSERT_EQ(::system("ip link set cwp12 mtu 1300"), 0); });
  attach_all();
  const auto one = udp(11, six()), two = udp(12, six());
  ASSERT_TRUE(learn(one, two, at(12)));
  const auto before = counts().taken;
  EXPECT_FALSE(passes(one, two, at(12), std::string(1'380, 'x'))) << "as without the short cut";
  EXPECT_EQ(counts().taken, before);
}

}  // namespace
}  // namespace causeway::testing
