#include "causeway/domain/network/address.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "causeway/base/fields.hpp"

namespace causeway::domain {
namespace {

static_assert(TextValue<Mac> && TextValue<IpAddress> && TextValue<Cidr>);

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }
Cidr cidr(std::string_view text) { return Cidr::parse(text).value(); }

TEST(Mac, is_written_in_lower_case) {
  EXPECT_EQ(Mac::parse("FA:16:3e:00:aB:01").value().to_string(), "fa:16:3e:00:ab:01");
}

TEST(Mac, refuses_other_forms) {
  for (const auto* text :
       {"", "fa:16:3e:00:00", "fa:16:3e:00:00:0", "fa:16:3e:00:00:001", "fa-16-3e-00-00-01", "fa163e000001",
        "fa:16:3e:00:00:0g", "fa:16:3e:00:00:-1", " a:16:3e:00:00:01", "fa:16:3e:00:00:01 ", "fa:16:3e:00:00:01:02"}) {
    const auto mac = Mac::parse(text);
    ASSERT_FALSE(mac) << text;
    EXPECT_EQ(mac.error().reason, "address.bad_mac");
  }
}

TEST(Mac, converts_to_a_number_and_back) {
  const auto mac = Mac::from_number(0xfa163e010203ULL);
  EXPECT_EQ(mac.to_string(), "fa:16:3e:01:02:03");
  EXPECT_EQ(mac.number(), 0xfa163e010203ULL);
}

TEST(Mac, knows_groups) {
  EXPECT_TRUE(Mac::parse("ff:ff:ff:ff:ff:ff").value().is_multicast());
  EXPECT_FALSE(Mac::parse("fa:16:3e:00:00:01").value().is_multicast());
  EXPECT_TRUE(Mac().is_zero());
}

TEST(IpAddress, is_written_by_rfc_5952) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"10.0.0.1", "10.0.0.1"},
      {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // a single zero group is not compressed
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // the longest run
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // the first of equals
      {"fe80:0:0:0:0:0:0:0", "fe80::"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::ffff:10.1.2.3", "::ffff:10.1.2.3"},
      {"::ffff:0a01:0203", "::ffff:10.1.2.3"},
      {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
      {"0001:0002:0003:0004:0005:0006:0007:0008", "1:2:3:4:5:6:7:8"},
  };
  for (const auto& [text, wanted] : table) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), wanted);
    EXPECT_EQ(ip(wanted), *address);
  }
}

TEST(IpAddress, refuses_what_is_not_an_address) {
  for (const auto* text : {"",
                           "10",
                           "10.0.0",
                           "10.0.0.0.0",
                           "10.0.0.",
                           ".0.0.1",
                           "010.0.0.1",
                           "10.0.0.01",
                           "256.0.0.1",
                           "10.0.0.1 ",
                           "+1.0.0.1",
                           "-1.0.0.1",
                           "0x1.0.0.1",
                           "1..2.3",
                           ":",
                           ":::",
                           "1:",
                           ":1",
                           "::1:",
                           ":1::",
                           "1::2::3",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::",
                           "::1:2:3:4:5:6:7:8",
                           "12345::",
                           "g::",
                           "fe80::1%eth0",
                           "1.2.3.4::",
                           "::1.2.3",
                           "::1.2.3.4:5",
                           "::1.2.3.004",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "10.0.0.1/24"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_FALSE(address) << text << " was read as " << address->to_string();
    EXPECT_EQ(address.error().reason, "address.bad_ip");
    EXPECT_EQ(address.error().code, Code::invalid);
  }
}

TEST(IpAddress, sorts_by_version_then_number) {
  const std::vector<IpAddress> sorted{ip("0.0.0.0"), ip("9.255.0.0"), ip("10.0.0.1"), ip("255.255.255.255"),
                                      ip("::"),      ip("::1"),       ip("fe80::1")};
  EXPECT_TRUE(std::ranges::is_sorted(sorted));
  EXPECT_NE(ip("0.0.0.0"), ip("::"));
  EXPECT_EQ(IpAddress(), ip("0.0.0.0"));
}

TEST(IpAddress, knows_its_kind) {
  EXPECT_EQ(ip("10.0.0.1").version(), 4);
  EXPECT_EQ(ip("fd00::1").version(), 6);
  EXPECT_EQ(ip("10.0.0.1"), IpAddress::v4(0x0a000001));
  EXPECT_TRUE(ip("127.3.2.1").is_loopback());
  EXPECT_TRUE(ip("::1").is_loopback());
  EXPECT_FALSE(ip("::2").is_loopback());
  EXPECT_TRUE(ip("224.0.0.251").is_multicast());
  EXPECT_TRUE(ip("ff02::1").is_multicast());
  EXPECT_FALSE(ip("223.255.255.255").is_multicast());
  EXPECT_TRUE(ip("169.254.1.1").is_link_local());
  EXPECT_TRUE(ip("febf::1").is_link_local());
  EXPECT_FALSE(ip("fec0::1").is_link_local());
  EXPECT_TRUE(ip("::").is_unspecified());
}

TEST(IpAddress, converts_to_bytes_and_back) {
  for (const auto& address : {ip("10.1.2.3"), ip("fd00::1:2")})
    EXPECT_EQ(IpAddress::from_bytes(address.bytes()), address);
  EXPECT_FALSE(IpAddress::from_bytes(std::span<const std::uint8_t>()));
}

TEST(Cidr, is_read_in_canonical_form_only) {
  for (const auto* text :
       {"10.0.0.0/24", "0.0.0.0/0", "10.0.0.1/32", "fd00::/64", "::/0", "fd00::1/128", "10.0.0.128/25"}) {
    EXPECT_EQ(cidr(text).to_string(), text);
  }
  for (const auto* text : {"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/024",
                           "10.0.0.0/24/8", "fd00::/129", "10.0.0/24", "10.0.0.0/ 24", "10.0.0.0/255.255.255.0"}) {
    const auto block = Cidr::parse(text);
    ASSERT_FALSE(block) << text;
    EXPECT_EQ(block.error().reason, "address.bad_cidr") << text;
  }
}

TEST(Cidr, offers_the_block_when_host_bits_are_set) {
  const auto block = Cidr::parse("10.0.0.1/24");
  ASSERT_FALSE(block);
  EXPECT_EQ(block.error().reason, "address.host_bits");
  EXPECT_EQ(block.error().message, "10.0.0.1/24 has host bits set, did you mean 10.0.0.0/24?");
  EXPECT_EQ(Cidr::parse_loose("10.0.0.1/24").value(), cidr("10.0.0.0/24"));
  EXPECT_EQ(Cidr::parse_loose("fd00::ffff:1/65").value(), cidr("fd00::/65"));
  EXPECT_FALSE(Cidr::parse_loose("10.0.0.1"));
}

TEST(Cidr, knows_its_bounds) {
  struct Row {
    std::string block, last, netmask;
    std::uint64_t size;
  };
  const auto max = std::numeric_limits<std::uint64_t>::max();
  for (const auto& row : std::vector<Row>{
           {"10.0.0.0/24", "10.0.0.255", "255.255.255.0", 256},
           {"10.0.0.4/31", "10.0.0.5", "255.255.255.254", 2},
           {"10.0.0.4/32", "10.0.0.4", "255.255.255.255", 1},
           {"0.0.0.0/0", "255.255.255.255", "0.0.0.0", std::uint64_t{1} << 32},
           {"10.1.160.0/19", "10.1.191.255", "255.255.224.0", 8192},
           {"fd00::/64", "fd00::ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff::", max},
           {"fd00::/65", "fd00::7fff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:8000::", std::uint64_t{1} << 63},
           {"::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::", max}}) {
    EXPECT_EQ(cidr(row.block).broadcast().to_string(), row.last);
    EXPECT_EQ(cidr(row.block).netmask().to_string(), row.netmask);
    EXPECT_EQ(cidr(row.block).size(), row.size) << row.block;
  }
}

TEST(Cidr, contains_what_shares_its_prefix) {
  EXPECT_TRUE(cidr("10.0.0.0/25").contains(ip("10.0.0.127")));
  EXPECT_FALSE(cidr("10.0.0.0/25").contains(ip("10.0.0.128")));
  EXPECT_TRUE(cidr("0.0.0.0/0").contains(ip("200.1.1.1")));
  EXPECT_FALSE(cidr("0.0.0.0/0").contains(ip("::1")));
  EXPECT_FALSE(cidr("::/0").contains(ip("10.0.0.1")));
  EXPECT_TRUE(cidr("10.0.0.0/8").contains(cidr("10.2.0.0/16")));
  EXPECT_FALSE(cidr("10.2.0.0/16").contains(cidr("10.0.0.0/8")));
  EXPECT_TRUE(cidr("10.2.0.0/16").overlaps(cidr("10.0.0.0/8")));
  EXPECT_FALSE(cidr("10.2.0.0/16").overlaps(cidr("10.3.0.0/16")));
}

TEST(Cidr, counts_addresses_both_ways) {
  struct Row {
    std::string block;
    std::uint64_t offset;
    std::string address;
  };
  for (const auto& row :
       std::vector<Row>{{"10.0.0.0/24", 0, "10.0.0.0"},
                        {"10.0.0.0/24", 255, "10.0.0.255"},
                        {"10.0.0.128/25", 2, "10.0.0.130"},
                        {"0.0.0.0/0", 0xffffffffU, "255.255.255.255"},
                        {"fd00:0:0:1::/64", 0x10001, "fd00::1:0:0:1:1"},
                        {"fd00::/48", std::numeric_limits<std::uint64_t>::max(), "fd00::ffff:ffff:ffff:ffff"}}) {
    const auto address = cidr(row.block).nth(row.offset);
    ASSERT_TRUE(address) << row.block;
    EXPECT_EQ(address->to_string(), row.address);
    EXPECT_EQ(cidr(row.block).offset_of(*address), row.offset);
  }
}

TEST(Cidr, counts_nothing_outside_of_itself) {
  EXPECT_FALSE(cidr("10.0.0.0/24").nth(256));
  EXPECT_FALSE(cidr("10.0.0.1/32").nth(1));
  EXPECT_FALSE(cidr("10.0.0.0/24").offset_of(ip("10.0.1.0")));
  EXPECT_FALSE(cidr("10.0.0.0/24").offset_of(ip("::1")));
  EXPECT_FALSE(cidr("fd00::/48").offset_of(ip("fd00:0:0:1::")));  // 2^64
}

TEST(Cidr, clears_host_bits_of_what_it_is_made_from) {
  EXPECT_EQ(Cidr(ip("10.1.2.3"), 16), cidr("10.1.0.0/16"));
  EXPECT_EQ(Cidr(ip("fd00::ffff"), 127).to_string(), "fd00::fffe/127");
}

TEST(Address, travels_through_json_as_text) {
  EXPECT_EQ(to_text(encode(cidr("10.0.0.0/24"))), "\"10.0.0.0/24\"");
  EXPECT_EQ(decode<IpAddress>(Json("fd00::1")).value(), ip("fd00::1"));
  const auto wrong = decode<Mac>(Json("nope"), Unknown::ignore, "mac_address");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().field, "mac_address");
}

TEST(Address, formats_as_text) {
  EXPECT_EQ(fmt::format("{} {} {}", Mac(), ip("::1"), cidr("::/0")), "00:00:00:00:00:00 ::1 ::/0");
}

}  // namespace
}  // namespace causeway::domain
