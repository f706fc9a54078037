#include "store_kinds.hpp"

namespace causeway::boundary {

using StoreLog = StoreSuite;
INSTANTIATE_TEST_SUITE_P(Stores, StoreLog, ::testing::ValuesIn(all_stores()), store_name);

TEST_P(StoreLog, shows_each_record_once_at_its_newest_revision) {
  put("port", "a");
  put("port", "b");
  put("port", "a");
  put("net", "c");
  EXPECT_EQ(changes(), (Texts{"+b@2", "+a@3", "+c@4"}));
}

TEST_P(StoreLog, pages_by_revision) {
  for (const auto* id : {"a", "b", "c", "d"}) put("port", id);
  EXPECT_EQ(changes(0, 2), (Texts{"+a@1", "+b@2"}));
  EXPECT_EQ(changes(2, 2), (Texts{"+c@3", "+d@4"}));
  EXPECT_EQ(changes(4, 2), Texts{});
  EXPECT_EQ(changes(0, 0), Texts{});
}

TEST_P(StoreLog, an_erased_record_leaves_a_tombstone_with_its_last_body) {
  put("port", "a", {}, JsonObject{{"v", 1}});
  put("port", "a", {}, JsonObject{{"v", 2}});
  erase("port", "a");
  const auto found = look([](Reader& r) { return r.changes(0, SIZE_MAX); });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].erased);
  EXPECT_EQ(found[0].record.kind, "port");
  EXPECT_EQ(found[0].record.id, "a");
  EXPECT_EQ(found[0].record.revision, 3);
  EXPECT_EQ(to_text(found[0].record.body), R"({"v":2})");
}

TEST_P(StoreLog, a_record_that_comes_back_takes_the_place_of_its_tombstone) {
  put("port", "a", {{"net", "n"}});
  erase("port", "a");
  put("port", "b");
  put("port", "a", {{"net", "n"}});
  EXPECT_EQ(changes(), (Texts{"+b@3", "+a@4"}));
  EXPECT_EQ(ids(by("port", "net", "n")), Texts{"a"});
  erase("port", "a");
  EXPECT_EQ(changes(), (Texts{"+b@3", "-a@5"}));
}

TEST_P(StoreLog, dropped_tombstones_are_gone_and_remembered) {
  put("port", "a");
  put("port", "b");
  erase("port", "a");  // 3
  erase("port", "b");  // 4
  put("port", "c");    // 5
  drop_tombstones(3);
  EXPECT_EQ(changes(), (Texts{"-b@4", "+c@5"}));
  EXPECT_EQ(oldest_complete(), 3);
  drop_tombstones(1);
  EXPECT_EQ(oldest_complete(), 3) << "never goes back";
  EXPECT_EQ(store().revision(), 5) << "is no change of its own";
}

TEST_P(StoreLog, revisions_go_on_after_the_newest_tombstone_is_dropped) {
  put("port", "a");
  erase("port", "a");  // 2
  drop_tombstones(100);
  EXPECT_EQ(changes(), Texts{});
  EXPECT_EQ(read_revision(), 2);
  EXPECT_EQ(store().revision(), 2);
  EXPECT_EQ(oldest_complete(), 2) << "not beyond the newest revision: nobody has a cursor there";
  put("port", "b");
  EXPECT_EQ(changes(), Texts{"+b@3"});
}

TEST_P(StoreLog, applying_all_changes_gives_the_state) {
  std::uint32_t random = 12345;
  for (int step = 0; step < 400; ++step) {
    random = random * 1664525 + 1013904223;
    const std::string id = "r" + std::to_string((random >> 8) % 20);
    if ((random >> 16) % 3 == 0) {
      erase("thing", id);
    } else {
      put("thing", id, {{"half", std::to_string((random >> 20) % 2)}}, JsonObject{{"step", step}});
    }
  }
  std::map<std::string, std::string> applied;
  Revision last = 0;
  for (const auto& change : look([](Reader& r) { return r.changes(0, SIZE_MAX); })) {
    EXPECT_GT(change.record.revision, last);
    last = change.record.revision;
    if (change.erased) {
      EXPECT_FALSE(applied.contains(change.record.id));
    } else {
      EXPECT_TRUE(applied.emplace(change.record.id, to_text(change.record.body)).second) << "a record appears once";
    }
  }
  std::map<std::string, std::string> state;
  for (const auto& record : look([](Reader& r) { return r.list(all_of("thing")); }))
    state[record.id] = to_text(record.body);
  EXPECT_EQ(applied, state);
  EXPECT_EQ(last, store().revision());
  EXPECT_EQ(count(by("thing", "half", "0")) + count(by("thing", "half", "1")), state.size());
}

}  // namespace causeway::boundary
