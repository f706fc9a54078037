#include "store_kinds.hpp"

namespace causeway::boundary {

using StoreRecords = StoreSuite;
INSTANTIATE_TEST_SUITE_P(Stores, StoreRecords, ::testing::ValuesIn(all_stores()), store_name);

TEST_P(StoreRecords, starts_empty_at_revision_zero) {
  EXPECT_EQ(store().revision(), 0);
  EXPECT_EQ(read_revision(), 0);
  EXPECT_EQ(oldest_complete(), 0);
  EXPECT_FALSE(find("port", "a"));
  EXPECT_EQ(changes(), Texts{});
}

TEST_P(StoreRecords, gives_back_the_body_as_it_was_put) {
  const Json body =
      parse_json(
          R"({"text":"a\"\u0000é\n","n":-5,"big":18446744073709551615,"real":512.0,"list":[1,null,true],"o":{"z":1,"a":2}})")
          .value();
  put("port", "a", {}, body);
  const auto record = find("port", "a");
  ASSERT_TRUE(record);
  EXPECT_EQ(to_text(record->body), to_text(body));
  EXPECT_EQ(record->kind, "port");
  EXPECT_EQ(record->id, "a");
  EXPECT_EQ(record->revision, 1);
}

TEST_P(StoreRecords, an_id_is_unique_within_its_kind_only) {
  put("port", "a", {}, JsonObject{{"is", "port"}});
  put("network", "a", {}, JsonObject{{"is", "network"}});
  EXPECT_EQ(text_member(find("port", "a")->body, "is"), "port");
  EXPECT_EQ(text_member(find("network", "a")->body, "is"), "network");
  erase("port", "a");
  EXPECT_FALSE(find("port", "a"));
  EXPECT_TRUE(find("network", "a"));
}

TEST_P(StoreRecords, put_replaces_and_gives_the_next_revision) {
  const auto done = store().write([](Writer& w) -> Result<void> {
    TRY(const auto first, w.put("port", "a", JsonObject{{"v", 1}}, {}));
    TRY(const auto second, w.put("port", "b", JsonObject{}, {}));
    TRY(const auto third, w.put("port", "a", JsonObject{{"v", 2}}, {}));
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 2);
    EXPECT_EQ(third, 3);
    EXPECT_EQ(w.revision().value(), 3);
    EXPECT_EQ(w.find("port", "a").value()->revision, 3) << "a writer sees its own writes";
    return {};
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(store().revision(), 3);
  EXPECT_EQ(read_revision(), 3);
  EXPECT_EQ(to_text(find("port", "a")->body), R"({"v":2})");
}

TEST_P(StoreRecords, erase_says_whether_there_was_one) {
  put("port", "a");
  const auto done = store().write([](Writer& w) -> Result<void> {
    EXPECT_TRUE(w.erase("port", "a").value());
    EXPECT_FALSE(w.erase("port", "a").value());
    EXPECT_FALSE(w.erase("port", "never").value());
    return {};
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(store().revision(), 2) << "an erase that found nothing takes no revision";
}

TEST_P(StoreRecords, lists_in_order_of_id_from_a_place_with_a_limit) {
  for (const auto* id : {"c", "a", "B", "d", "é"}) put("port", id, {{"net", "n1"}});
  put("port", "b", {{"net", "n2"}});
  put("net", "x", {{"net", "n1"}});
  EXPECT_EQ(ids(all_of("port")), (Texts{"B", "a", "b", "c", "d", "é"}));
  EXPECT_EQ(ids({"port", "", "", "a", 2}), (Texts{"b", "c"}));
  EXPECT_EQ(ids(by("port", "net", "n1")), (Texts{"B", "a", "c", "d", "é"}));
  EXPECT_EQ(ids({"port", "net", "n1", "a", 2}), (Texts{"c", "d"}));
  EXPECT_EQ(ids({"port", "net", "n1", "", 0}), Texts{});
  EXPECT_EQ(ids(by("port", "net", "n")), Texts{});
  EXPECT_EQ(ids(by("port", "nets", "n1")), Texts{});
}

TEST_P(StoreRecords, counts_what_it_lists) {
  for (const auto* id : {"a", "b", "c"}) put("port", id, {{"net", "n1"}, {"mac", id, true}});
  erase("port", "b");
  EXPECT_EQ(count(all_of("port")), 2U);
  EXPECT_EQ(count(by("port", "net", "n1")), 2U);
  EXPECT_EQ(count(by("port", "mac", "c")), 1U);
  EXPECT_EQ(count(by("port", "mac", "b")), 0U);
  EXPECT_EQ(count({"port", "net", "n1", "a", SIZE_MAX}), 1U);
  EXPECT_EQ(count({"port", "", "", "", 1}), 1U);
  EXPECT_EQ(count(all_of("nothing")), 0U);
}

TEST_P(StoreRecords, finds_by_the_indexes_of_the_last_put_only) {
  put("port", "a", {{"net", "n1"}, {"device", "d"}});
  put("port", "a", {{"net", "n2"}, {"device", "d"}});
  EXPECT_EQ(ids(by("port", "net", "n1")), Texts{});
  EXPECT_EQ(ids(by("port", "net", "n2")), Texts{"a"});
  EXPECT_EQ(ids(by("port", "device", "d")), Texts{"a"});
  put("port", "a");
  EXPECT_EQ(ids(by("port", "device", "d")), Texts{});
}

TEST_P(StoreRecords, several_entries_of_one_name_all_find_it) {
  put("port", "a", {{"ip", "1"}, {"ip", "2"}, {"ip", "2"}});
  EXPECT_EQ(ids(by("port", "ip", "1")), Texts{"a"});
  EXPECT_EQ(ids(by("port", "ip", "2")), Texts{"a"});
}

TEST_P(StoreRecords, lists_by_a_unique_index_too) {
  put("port", "a", {{"mac", "m", true}});
  EXPECT_EQ(ids(by("port", "mac", "m")), Texts{"a"});
}

TEST_P(StoreRecords, a_second_holder_of_a_unique_entry_is_a_conflict_that_changes_nothing) {
  put("port", "a", {{"mac", "m", true}});
  put("port", "b", {{"net", "before"}});
  const auto done = store().write([](Writer& w) -> Result<void> {
    const auto refused = w.put("port", "b", JsonObject{{"v", 2}}, {{"net", "after"}, {"mac", "m", true}});
    EXPECT_FALSE(refused);
    if (!refused) {
      EXPECT_EQ(refused.error().code, Code::conflict);
      EXPECT_EQ(refused.error().reason, "store.unique");
      EXPECT_EQ(refused.error().field, "mac");
    }
    TRY_VOID(w.put("port", "c", JsonObject{}, {}));  // the function may go on
    return {};
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(ids(by("port", "mac", "m")), Texts{"a"});
  EXPECT_EQ(ids(by("port", "net", "before")), Texts{"b"});
  EXPECT_EQ(ids(by("port", "net", "after")), Texts{});
  EXPECT_EQ(changes(), (Texts{"+a@1", "+b@2", "+c@3"}));
}

TEST_P(StoreRecords, a_unique_entry_is_free_again_once_given_up) {
  put("port", "a", {{"mac", "m", true}});
  put("port", "a", {{"mac", "m", true}});     // its own entry is no conflict
  put("network", "n", {{"mac", "m", true}});  // nor another kind's
  erase("port", "a");
  put("port", "b", {{"mac", "m", true}});
  put("port", "b", {{"mac", "other", true}});
  put("port", "c", {{"mac", "m", true}});
  EXPECT_EQ(ids(by("port", "mac", "m")), Texts{"c"});
}

TEST_P(StoreRecords, refuses_a_body_that_could_not_be_read_back) {
  Json deep = JsonArray{};
  for (int i = 0; i < 40; ++i) deep = JsonArray{deep};
  const std::vector<Json> bodies = {deep, Json("\xff\xfe"), Json(std::numeric_limits<double>::infinity())};
  for (const auto& body : bodies) {
    const auto done = store().write([&](Writer& w) -> Result<void> {
      TRY_VOID(w.put("port", "a", body, {}));
      return {};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().reason, "store.bad_body");
  }
  EXPECT_EQ(store().revision(), 0);
}

}  // namespace causeway::boundary
