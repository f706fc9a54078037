#include <algorithm>
#include <array>
#include <vector>

#include "short_cut_rig.hpp"

/// Frames that are made to look like those of an established flow.
namespace causeway::testing {
namespace {

using Frame = std::vector<std::uint8_t>;

class ForgedFrames : public ShortCutRig {
 protected:
  /// UDP from 10.1.0.11 to 10.1.0.12, port 7007 both, as container 11 sends it.
  static Frame genuine() {
    Frame out;
    const auto put = [&](std::initializer_list<int> bytes) {
      for (const int byte : bytes) out.push_back(std::uint8_t(byte));
    };
    const auto put_mac = [&](const domain::Mac& mac) {
      for (int shift = 40; shift >= 0; shift -= 8) out.push_back(std::uint8_t(mac.number() >> shift));
    };
    put_mac(mac(12));
    put_mac(mac(11));
    put({0x08, 0x00});
    put({0x45, 0, 0, 33, 0, 0, 0x40, 0, 64, 17, 0, 0, 10, 1, 0, 11, 10, 1, 0, 12});
    put({port >> 8, port & 0xff, port >> 8, port & 0xff, 0, 13, 0, 0, 'h', 'e', 'l', 'l', 'o'});
    sign(out);
    return out;
  }
  /// Makes the IP header's checksum right.
  static void sign(Frame& frame) {
    frame[24] = frame[25] = 0;
    std::uint32_t sum = 0;
    for (std::size_t i = 14; i < 34; i += 2) sum += std::uint32_t(frame[i] << 8U | frame[i + 1]);
    while (sum >> 16U != 0) sum = (sum & 0xffff) + (sum >> 16U);
    frame[24] = std::uint8_t(~sum >> 8U);
    frame[25] = std::uint8_t(~sum);
  }
  bool arrives(int from, const Frame& frame, const Socket& at) {
    send_frame(*boxes.at(from), ("cwc" + std::to_string(from)).c_str(), frame);
    return at.receive() == "hello";
  }
};

TEST_F(ForgedFrames, pass_only_when_they_come_from_where_the_flow_does) {
  attach_all();
  const auto one = udp(11, false), two = udp(12, false);
  ASSERT_TRUE(learn(one, two, address(12, false)));
  close_slow_path();
  EXPECT_TRUE(arrives(11, genuine(), two)) << "nothing is wrong with it";
  EXPECT_FALSE(arrives(21, genuine(), two)) << "from another container";
  auto forged = genuine();
  forged[11] ^= 1;
  EXPECT_FALSE(arrives(11, forged, two)) << "another sender's MAC address";
  forged = genuine();
  forged[29] ^= 1;
  sign(forged);
  EXPECT_FALSE(arrives(11, forged, two)) << "another sender's address";
  EXPECT_TRUE(arrives(11, genuine(), two));
}

TEST_F(ForgedFrames, with_headers_that_the_slow_path_would_look_at_take_it) {
  attach_all();
  const auto one = udp(11, false), two = udp(12, false);
  ASSERT_TRUE(learn(one, two, address(12, false)));
  const auto taken = [&](const Frame& frame) {
    const auto before = counts().taken;
    send_frame(*boxes.at(11), "cwc11", frame);
    ::usleep(20'000);
    return counts().taken != before;
  };
  EXPECT_TRUE(taken(genuine()));
  const auto changed = [&](std::initializer_list<std::pair<std::size_t, int>> bytes, bool right_sum = true) {
    auto frame = genuine();
    for (const auto& [offset, value] : bytes) frame[offset] = std::uint8_t(value);
    if (right_sum) sign(frame);
    return frame;
  };
  EXPECT_FALSE(taken(changed({{24, 0}}, false))) << "a wrong checksum";
  EXPECT_FALSE(taken(changed({{17, 34}}))) << "shorter than it says";
  EXPECT_FALSE(taken(changed({{17, 32}}))) << "longer than it says";
  EXPECT_FALSE(taken(changed({{20, 0x20}}))) << "the first fragment";
  EXPECT_FALSE(taken(changed({{21, 0x01}}))) << "a later fragment";
  EXPECT_FALSE(taken(changed({{14, 0x46}}))) << "with options";
  EXPECT_FALSE(taken(changed({{14, 0x65}}))) << "of another version";
  EXPECT_FALSE(taken(changed({{39, 200}}))) << "a datagram longer than its packet";
  EXPECT_FALSE(taken(changed({{23, 1}}))) << "of another protocol";
  auto cut = genuine();
  cut.resize(30);
  EXPECT_FALSE(taken(cut));
  cut.resize(14);
  EXPECT_FALSE(taken(cut));
}

TEST_F(ForgedFrames, to_somebody_whom_the_bridge_does_not_know_are_not_learned) {
  attach_all();
  auto stray = genuine();
  stray[5] = 0x99;
  for (int i = 0; i < 5; ++i) send_frame(*boxes.at(11), "cwc11", stray);
  auto to_all = genuine();
  std::fill_n(to_all.begin(), 6, std::uint8_t(0xff));
  for (int i = 0; i < 5; ++i) send_frame(*boxes.at(11), "cwc11", to_all);
  ::usleep(20'000);
  EXPECT_EQ(counts().taken, 0U) << "the bridge sends it by every link";
}

}  // namespace
}  // namespace causeway::testing
