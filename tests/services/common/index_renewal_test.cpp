#include "causeway/services/common/index_renewal.hpp"

#include <gtest/gtest.h>

#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/subnet.hpp"

namespace causeway::services {
namespace {

using boundary::Writer;

constexpr auto kinds = stored_kinds<domain::Port, domain::Subnet>();

domain::Port a_port(const std::string& id, std::uint32_t number) {
  domain::Port port;
  port.id = domain::PortId(id);
  port.network_id = domain::NetworkId("n");
  port.mac_address = domain::Mac::from_number(0xfa163e000000u + number);
  return port;
}

struct Upgrade : testing::Test {
  adapters::MemoryStore store;

  /// As a build wrote it that looked for ports by nothing of ours.
  void put_old(const domain::Port& port, Json body) {
    ASSERT_TRUE(store.write([&](Writer& writer) -> Result<void> {
      TRY_VOID(writer.put(domain::Port::kind, port.id.str(), body, {{"colour", "green"}}));
      return {};
    }));
  }
  void put_old(const domain::Port& port) { put_old(port, encode(port)); }
  IndexRenewal renew(const std::string& build = "") {
    auto done = renew_indexes(store, kinds, build);
    EXPECT_TRUE(done) << done.error().describe();
    return done.value_or(IndexRenewal{});
  }
  std::vector<std::string> found(const std::string& index, const std::string& value) {
    std::vector<std::string> out;
    const auto ports = boundary::view(store, [&](boundary::Reader& reader) {
      return reader.list({std::string(domain::Port::kind), index, value, "", SIZE_MAX});
    });
    for (const auto& port : *ports) out.push_back(port.id);
    return out;
  }
};
using Texts = std::vector<std::string>;

TEST_F(Upgrade, finds_records_of_an_earlier_build_and_tells_no_feed) {
  for (int i = 0; i < 2500; ++i) put_old(a_port(fmt::format("p{:04}", i), std::uint32_t(i)));
  EXPECT_TRUE(found("network_id", "n").empty());
  auto done = renew("new");
  EXPECT_EQ(done.records, 2500u);
  EXPECT_EQ(done.renewed, 2500u);
  EXPECT_EQ(found("network_id", "n").size(), 2500u);
  EXPECT_TRUE(found("colour", "green").empty()) << "what nobody looks by is gone";
  const auto changes = boundary::view(store, [](boundary::Reader& reader) { return reader.changes(0, SIZE_MAX); });
  ASSERT_EQ(changes->size(), 2501u);
  EXPECT_EQ(changes->at(2499).record.revision, 2500) << "of all that a feed tells, only the note of the build is new";
  EXPECT_EQ(renew("new").records, 0u) << "this build was here";
  EXPECT_EQ(renew("newer").records, 2500u);
  done = renew();
  EXPECT_EQ(done.records, 2500u);
  EXPECT_EQ(done.renewed, 0u);
}

TEST_F(Upgrade, starts_though_two_records_have_what_only_one_should) {
  put_old(a_port("a", 1));
  put_old(a_port("b", 1));  // one MAC address on one network
  EXPECT_EQ(renew().renewed, 2u);
  EXPECT_EQ(found("network_id", "n"), (Texts{"a", "b"}));
  EXPECT_EQ(renew().renewed, 0u);
  ASSERT_TRUE(store.write([](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::erase<domain::Port>(writer, domain::PortId("a")));
    return {};
  }));
  EXPECT_EQ(renew().renewed, 1u) << "the other has it alone now";
  const auto third = store.write([](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, a_port("c", 1)));
    return {};
  });
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().reason, "store.unique");
}

TEST_F(Upgrade, leaves_what_it_does_not_know_or_cannot_read) {
  put_old(a_port("good", 1));
  put_old(a_port("bad", 2), JsonObject{{"mac_address", 5}});
  ASSERT_TRUE(store.write([](Writer& writer) -> Result<void> {
    TRY_VOID(writer.put("of_a_newer_build", "x", JsonObject{}, {{"colour", "green"}}));
    return {};
  }));
  const auto done = renew();
  EXPECT_EQ(done.records, 2u);
  EXPECT_EQ(done.renewed, 1u);
  EXPECT_EQ(done.unread, 1u);
  EXPECT_EQ(found("colour", "green"), Texts{"bad"});
  const auto unknown = boundary::view(store, [](boundary::Reader& reader) {
    return reader.count({"of_a_newer_build", "colour", "green", "", SIZE_MAX});
  });
  EXPECT_EQ(unknown.value_or(0), 1u);
}

TEST_F(Upgrade, that_the_disk_stops_goes_on_at_the_next_start) {
  for (int i = 0; i < 1500; ++i) put_old(a_port(fmt::format("p{:04}", i), std::uint32_t(i)));
  store.fail_next_writes(1, fail(Code::unavailable, "sql.full", "The disk is full."));
  const auto stopped = renew_indexes(store, kinds, "new");
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().reason, "sql.full");
  EXPECT_EQ(renew("new").renewed, 1500u);
  EXPECT_EQ(found("network_id", "n").size(), 1500u);
}

}  // namespace
}  // namespace causeway::services
