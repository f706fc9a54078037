#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>

#include "store_kinds.hpp"

namespace causeway::boundary {

using StoreWrites = StoreSuite;
INSTANTIATE_TEST_SUITE_P(Stores, StoreWrites, ::testing::ValuesIn(all_stores()), store_name);

namespace {

constexpr auto deadline = std::chrono::seconds(20);

/// Everything that a write can do, on top of port a (mac m) and the tombstone of port gone.
Result<void> disturb(Writer& w) {
  TRY_VOID(w.put("port", "a", JsonObject{{"v", 2}}, {{"net", "changed"}}));
  TRY_VOID(w.put("port", "new", JsonObject{}, {{"mac", "m", true}}));
  TRY_VOID(w.put("port", "gone", JsonObject{}, {}));
  TRY_VOID(w.erase("port", "b"));
  TRY_VOID(w.drop_tombstones(100));
  return {};
}

}  // namespace

TEST_P(StoreWrites, an_error_or_an_exception_leaves_no_trace) {
  put("port", "a", {{"mac", "m", true}});
  put("port", "b");
  put("port", "gone");
  erase("port", "gone");
  const auto check = [&] {
    EXPECT_EQ(changes(), (Texts{"+a@1", "+b@2", "-gone@4"}));
    EXPECT_EQ(ids(by("port", "mac", "m")), Texts{"a"});
    EXPECT_EQ(ids(by("port", "net", "changed")), Texts{});
    EXPECT_EQ(store().revision(), 4);
    EXPECT_EQ(oldest_complete(), 0);
  };
  const auto refused = store().write([](Writer& w) -> Result<void> {
    TRY_VOID(disturb(w));
    return failed(Code::exhausted, "test.enough", "Enough.");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "test.enough");
  check();
  EXPECT_THROW(ignore(store().write([](Writer& w) -> Result<void> {
                 TRY_VOID(disturb(w));
                 throw std::logic_error("a bug");
               }),
                      "it throws"),
               std::logic_error);
  check();
  ASSERT_TRUE(store().write(disturb));
  EXPECT_EQ(store().revision(), 8) << "revisions have no gaps";
}

TEST_P(StoreWrites, a_call_of_the_store_from_inside_a_write_is_refused_not_a_deadlock) {
  const auto done = store().write([&](Writer&) -> Result<void> {
    const auto inner_write = store().write([](Writer&) -> Result<void> { return {}; });
    EXPECT_FALSE(inner_write);
    const auto inner_read = store().read([](Reader&) -> Result<void> { return {}; });
    EXPECT_FALSE(inner_read);
    return {};
  });
  EXPECT_TRUE(done);
}

TEST_P(StoreWrites, a_read_sees_one_snapshot_and_blocks_nobody) {
  put("port", "a", {{"net", "n"}}, JsonObject{{"v", 1}});
  const auto done = store().read([&](Reader& r) -> Result<void> {
    TRY(const auto before, r.revision());
    auto writer = std::async(std::launch::async, [&] {
      put("port", "a", {{"net", "other"}}, JsonObject{{"v", 2}});
      put("port", "b", {{"net", "n"}});
    });
    EXPECT_EQ(writer.wait_for(deadline), std::future_status::ready) << "a read held up a write";
    TRY(const auto a, r.find("port", "a"));
    EXPECT_EQ(to_text(a->body), R"({"v":1})");
    TRY(const auto after, r.revision());
    EXPECT_EQ(after, before);
    TRY(const auto listed, r.count(by("port", "net", "n")));
    EXPECT_EQ(listed, 1U);
    TRY(const auto found, r.changes(0, SIZE_MAX));
    EXPECT_EQ(found.size(), 1U);
    return {};
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(read_revision(), 3);
}

TEST_P(StoreWrites, writers_run_alone_and_none_is_lost) {
  constexpr int threads = 8;
  constexpr int rounds = 60;
  put("counter", "c", {}, JsonObject{{"n", 0}});
  std::atomic<int> inside = 0;
  std::atomic<int> together = 0;
  std::atomic<int> failures = 0;
  const auto increment = [&](int thread, int round) {
    return store().write([&](Writer& w) -> Result<void> {
      if (++inside != 1) ++together;
      const auto leave = std::shared_ptr<void>(nullptr, [&](void*) { --inside; });
      TRY(const auto record, w.find("counter", "c"));
      const auto n = record->body.at("n").as_int64();
      TRY_VOID(w.put("counter", "c", JsonObject{{"n", n + 1}}, {}));
      TRY_VOID(w.put("own", fmt::format("{}-{}", thread, round), JsonObject{}, {{"thread", std::to_string(thread)}}));
      if (round % 5 == 4) return failed(Code::conflict, "test.refused", "This one stands or falls alone.");
      return {};
    });
  };
  std::vector<std::thread> writers;
  for (int thread = 0; thread < threads; ++thread) {
    writers.emplace_back([&, thread] {
      for (int round = 0; round < rounds; ++round) {
        if (increment(thread, round).has_value() == (round % 5 == 4)) ++failures;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(together, 0);
  EXPECT_EQ(failures, 0);
  constexpr int committed = threads * rounds / 5 * 4;
  EXPECT_EQ(find("counter", "c")->body.at("n").as_int64(), committed);
  EXPECT_EQ(count(all_of("own")), static_cast<std::size_t>(committed));
  EXPECT_EQ(count(by("own", "thread", "3")), static_cast<std::size_t>(committed / threads));
  EXPECT_EQ(store().revision(), 1 + 2 * committed);
}

TEST_P(StoreWrites, a_follower_of_the_log_never_misses_a_change) {
  constexpr int writes = 300;
  std::thread writer([&] {
    for (int i = 0; i < writes; ++i) put("port", std::to_string(i));
  });
  std::size_t seen = 0;
  Revision cursor = 0;
  const auto until = std::chrono::steady_clock::now() + deadline;
  while (seen < writes && std::chrono::steady_clock::now() < until) {
    for (const auto& change : look([&](Reader& r) { return r.changes(cursor, 16); })) {
      EXPECT_EQ(change.record.revision, cursor + 1) << "became visible out of order";
      cursor = change.record.revision;
      ++seen;
    }
  }
  writer.join();
  EXPECT_EQ(seen, std::size_t{writes});
}

TEST_P(StoreWrites, a_returned_write_is_seen_by_the_next_read) {
  for (int i = 1; i <= 50; ++i) {
    put("port", "a", {}, JsonObject{{"n", i}});
    EXPECT_EQ(find("port", "a")->body.at("n").as_int64(), i);
    EXPECT_EQ(store().revision(), i);
  }
}

TEST_P(StoreWrites, on_commit_tells_the_newest_revision_until_the_handle_is_dropped) {
  std::mutex mutex;
  std::vector<Revision> told;
  auto handle = store().on_commit([&](Revision revision) {
    std::lock_guard lock(mutex);
    told.push_back(revision);
  });
  put("port", "a");
  put("port", "b");
  ignore(store().write([](Writer&) -> Result<void> { return failed(Code::conflict, "test.no", "No."); }),
         "it must not be told");
  handle.reset();
  put("port", "c");
  EXPECT_EQ(told, (std::vector<Revision>{1, 2}));
}

TEST_P(StoreWrites, dropping_the_handle_waits_for_the_call_under_way) {
  std::promise<void> entered;
  std::promise<void> leave;
  std::atomic<bool> finished = false;
  auto handle = store().on_commit([&, first = true](Revision) mutable {
    if (!std::exchange(first, false)) return;
    entered.set_value();
    leave.get_future().wait_for(deadline);
    finished = true;
  });
  std::thread writer([&] { put("port", "a"); });
  ASSERT_EQ(entered.get_future().wait_for(deadline), std::future_status::ready);
  std::thread releaser([&] { leave.set_value(); });
  handle.reset();
  EXPECT_TRUE(finished);
  releaser.join();
  writer.join();
}

TEST_P(StoreWrites, a_callback_may_end_its_own_subscription_and_a_handle_may_outlive_the_store) {
  int calls = 0;
  std::shared_ptr<void> handle;
  handle = store().on_commit([&](Revision) {
    ++calls;
    handle.reset();
  });
  put("port", "a");
  put("port", "b");
  EXPECT_EQ(calls, 1);
  handle = store().on_commit([](Revision) {});
  under_test_ = {};
  handle.reset();
}

TEST_P(StoreWrites, reindex_changes_how_a_record_is_found_and_nothing_else) {
  put("port", "a", {{"net", "old"}, {"mac", "m", true}}, JsonObject{{"v", 1}});
  put("port", "b", {{"net", "old"}});
  const auto reindex = [&](const std::string& id, std::vector<Index> indexes) {
    std::string outcome;
    const auto done = store().write([&](Writer& w) -> Result<void> {
      TRY(const bool changed, w.reindex("port", id, indexes));
      outcome = changed ? "changed" : "as it was";
      return {};
    });
    return done ? outcome : done.error().reason + " " + done.error().field;
  };
  EXPECT_EQ(reindex("a", {{"net", "old"}, {"mac", "m", true}}), "as it was") << "it has them";
  EXPECT_EQ(reindex("a", {{"net", "new"}, {"host", "h"}}), "changed");
  EXPECT_EQ(ids(by("port", "net", "old")), Texts{"b"});
  EXPECT_EQ(ids(by("port", "net", "new")), Texts{"a"});
  EXPECT_EQ(ids(by("port", "host", "h")), Texts{"a"});
  EXPECT_EQ(ids(by("port", "mac", "m")), Texts{});
  EXPECT_EQ(changes(), (Texts{"+a@1", "+b@2"})) << "a feed has nothing to tell";
  EXPECT_EQ(to_text(find("port", "a")->body), R"({"v":1})");

  EXPECT_EQ(reindex("b", {{"mac", "m", true}}), "changed") << "a's unique value is free";
  EXPECT_EQ(reindex("a", {{"net", "newer"}, {"mac", "m", true}}), "store.unique mac");
  EXPECT_EQ(ids(by("port", "net", "new")), Texts{"a"}) << "a refusal changes nothing";

  const auto undone = store().write([](Writer& w) -> Result<void> {
    TRY_VOID(w.reindex("port", "a", {{"net", "lost"}}));
    return failed(Code::exhausted, "test.enough", "Enough.");
  });
  EXPECT_FALSE(undone);
  EXPECT_EQ(ids(by("port", "net", "new")), Texts{"a"});
  EXPECT_EQ(ids(by("port", "net", "lost")), Texts{});

  EXPECT_EQ(reindex("nobody", {{"net", "old"}}), "as it was");
  erase("port", "b");
  EXPECT_EQ(reindex("b", {{"net", "old"}}), "as it was") << "a tombstone is not found";
  EXPECT_EQ(ids(by("port", "net", "old")), Texts{});
}

TEST_P(StoreWrites, every_store_has_an_id_of_its_own) {
  const auto other = GetParam().make();
  EXPECT_FALSE(store().store_id().empty());
  EXPECT_NE(store().store_id(), other.store->store_id());
}

}  // namespace causeway::boundary
