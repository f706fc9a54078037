#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "causeway/services/common/reconciler.hpp"

using namespace causeway;
using namespace std::chrono_literals;
using services::Reconciler;
using services::Step;

namespace {

/// Steps that can be held, told to fail or throw, and that notice overlap.
class Work {
 public:
  Result<Step> step(const std::string& key) {
    std::unique_lock lock(mutex_);
    if (!busy_.insert(key).second) overlapped_ = true;
    ++runs_[key];
    changed_.notify_all();
    changed_.wait_for(lock, 10s, [&] { return !held_.contains(key); });
    busy_.erase(key);
    if (throwing_.contains(key)) throw std::runtime_error("a bug");
    if (failing_.contains(key)) return failed(Code::unavailable, "down", "It is down.");
    if (again_[key] > 0) {
      --again_[key];
      return Step::again;
    }
    if (later_.contains(key)) return Step::later;
    return Step::settled;
  }
  /// Changes what the steps do.
  template <class Function>
  void set(Function function) {
    std::lock_guard lock(mutex_);
    function(*this);
    changed_.notify_all();
  }
  bool ran(const std::string& key, int times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return runs_[key] >= times; });
  }
  int runs(const std::string& key) {
    std::lock_guard lock(mutex_);
    return runs_[key];
  }
  bool overlapped() {
    std::lock_guard lock(mutex_);
    return overlapped_;
  }
  std::set<std::string> held_, failing_, throwing_, later_;
  std::map<std::string, int> again_;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> runs_;
  std::set<std::string> busy_;
  bool overlapped_ = false;
};

struct Loop {
  explicit Loop(Reconciler::Options options = {"test", 4, 5ms, 20ms, 0ms, 60s})
      : reconciler(options, [this](const std::string& key) { return work.step(key); }) {}
  ~Loop() {
    work.set([](Work& w) { w.held_.clear(); });
    reconciler.stop();
  }
  services::KeyStatus status(const std::string& key) {
    for (auto& one : reconciler.status()) {
      if (one.key == key) return one;
    }
    return {};
  }
  Work work;
  Reconciler reconciler;
};

}  // namespace

TEST(Reconciler, runs_keys_that_were_woken_before_the_start) {
  Loop loop;
  loop.reconciler.wake("a");
  loop.reconciler.start();
  EXPECT_TRUE(loop.reconciler.wait_idle(10s));
  EXPECT_EQ(loop.work.runs("a"), 1);
}

TEST(Reconciler, repeats_a_step_that_did_something) {
  Loop loop;
  loop.work.again_["a"] = 4;
  loop.reconciler.start();
  loop.reconciler.wake("a");
  EXPECT_TRUE(loop.reconciler.wait_idle(10s));
  EXPECT_EQ(loop.work.runs("a"), 5);
}

TEST(Reconciler, looks_again_later_at_what_may_not_be_done_yet_and_does_not_call_it_settled_or_failed) {
  Loop loop({"test", 1, 5ms, 20ms, 0ms, 60s, 2ms});
  loop.work.later_ = {"a"};
  loop.reconciler.start();
  loop.reconciler.wake("a");
  const auto mark = loop.reconciler.mark();
  ASSERT_TRUE(loop.work.ran("a", 5));
  EXPECT_FALSE(loop.reconciler.attempted(mark));
  EXPECT_EQ(loop.status("a").failures, 0);
  loop.reconciler.wake("b");
  EXPECT_TRUE(loop.work.ran("b", 1));
  loop.work.set([](Work& w) { w.later_.clear(); });
  const int seen = loop.work.runs("a");
  ASSERT_TRUE(loop.work.ran("a", seen + 1));
  EXPECT_TRUE(loop.reconciler.wait_idle(10s));
  EXPECT_TRUE(loop.reconciler.attempted(mark));
}

TEST(Reconciler, a_wake_up_during_work_is_never_lost) {
  Loop loop;
  loop.work.held_ = {"a"};
  loop.reconciler.start();
  loop.reconciler.wake("a");
  ASSERT_TRUE(loop.work.ran("a", 1));
  loop.reconciler.wake("a");
  loop.work.set([](Work& w) { w.held_.clear(); });
  EXPECT_TRUE(loop.work.ran("a", 2));
  EXPECT_TRUE(loop.reconciler.wait_idle(10s));
}

TEST(Reconciler, has_one_worker_per_key_and_several_keys_at_once) {
  Loop loop;
  loop.work.held_ = {"a", "b", "c"};
  loop.reconciler.start();
  for (const char* key : {"a", "b", "c"}) loop.reconciler.wake(key);
  for (const char* key : {"a", "b", "c"}) ASSERT_TRUE(loop.work.ran(key, 1));
  loop.work.set([](Work& w) { w.held_.clear(); });
  std::vector<std::thread> wakers;
  for (int t = 0; t < 4; ++t) {
    wakers.emplace_back([&] {
      for (int i = 0; i < 500; ++i) loop.reconciler.wake(std::string(1, char('a' + i % 3)));
    });
  }
  for (auto& waker : wakers) waker.join();
  EXPECT_TRUE(loop.reconciler.wait_idle(10s));
  EXPECT_FALSE(loop.work.overlapped());
}

TEST(Reconciler, a_failing_key_backs_off_and_blocks_nobody) {
  Loop loop({"test", 1, 5ms, 20ms, 0ms, 60s});
  loop.work.failing_ = {"bad"};
  loop.reconciler.start();
  loop.reconciler.wake("bad");
  ASSERT_TRUE(loop.work.ran("bad", 4));
  loop.reconciler.wake("good");
  EXPECT_TRUE(loop.work.ran("good", 1));
  const auto status = loop.status("bad");
  EXPECT_GE(status.failures, 3);
  EXPECT_NE(status.last_error.find("It is down."), std::string::npos);
  loop.work.set([](Work& w) { w.failing_.clear(); });
  const int seen = loop.work.runs("bad");
  EXPECT_TRUE(loop.work.ran("bad", seen + 1));
  EXPECT_TRUE(loop.reconciler.wait_idle(10s));
  EXPECT_EQ(loop.status("bad").failures, 0);
}

TEST(Reconciler, a_busy_queue_does_not_starve_a_key_that_backs_off) {
  Loop loop({"test", 1, 1ms, 2ms, 0ms, 60s});
  loop.work.failing_ = {"bad"};
  loop.reconciler.start();
  loop.reconciler.wake("bad");
  std::atomic<bool> done = false;
  std::thread busy([&] {
    while (!done) {
      for (int i = 0; i < 100; ++i) loop.reconciler.wake("k" + std::to_string(i));
    }
  });
  EXPECT_TRUE(loop.work.ran("bad", 5));
  done = true;
  busy.join();
}

TEST(Reconciler, an_exception_is_a_failure) {
  Loop loop;
  loop.work.throwing_ = {"a"};
  loop.reconciler.start();
  loop.reconciler.wake("a");
  ASSERT_TRUE(loop.work.ran("a", 2));
  EXPECT_NE(loop.status("a").last_error.find("a bug"), std::string::npos);
}

TEST(Reconciler, looks_again_without_being_woken_until_told_to_forget) {
  Loop loop({"test", 2, 1ms, 2ms, 2ms, 60s});
  loop.reconciler.start();
  loop.reconciler.wake("a");
  loop.reconciler.wake("b");
  ASSERT_TRUE(loop.work.ran("a", 4));
  loop.work.set([](Work& w) { w.failing_ = {"a"}, w.held_ = {"a"}; });
  const int seen = loop.work.runs("a");
  ASSERT_TRUE(loop.work.ran("a", seen + 1));
  loop.reconciler.forget("a");  // while it runs, and it fails
  loop.work.set([](Work& w) { w.held_.clear(); });
  const int others = loop.work.runs("b");
  ASSERT_TRUE(loop.work.ran("b", others + 5));
  EXPECT_EQ(loop.status("a").key, "");
  const int last = loop.work.runs("a");
  ASSERT_TRUE(loop.work.ran("b", others + 10));
  EXPECT_EQ(loop.work.runs("a"), last);
}

TEST(Reconciler, keeps_a_key_that_is_woken_while_it_is_about_to_be_forgotten) {
  std::atomic<int> runs = 0;
  std::unique_ptr<Reconciler> reconciler;
  reconciler = std::make_unique<Reconciler>(Reconciler::Options{"test", 1, 1ms, 2ms, 0ms, 60s}, [&](const std::string& key) -> Result<Step> {
    switch (++runs) {
      case 1:  // nothing is wanted of it yet; its record comes while the step says so
        reconciler->wake(key);
        reconciler->forget(key);
        return Step::settled;
      case 2:  // now there is something to do, and it does not work at once
        return failed(Code::unavailable, "test.away", "away");
      default:
        return Step::settled;
    }
  });
  reconciler->start();
  reconciler->wake("a");
  const auto end = std::chrono::steady_clock::now() + 5s;
  while (runs < 3 && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(runs, 3);
}

TEST(Reconciler, a_wake_up_counts_as_attempted_when_its_key_settled_or_failed_for_good) {
  Loop loop({"test", 4, 1ms, 2ms, 0ms, 60s});
  const auto attempted = [&](std::uint64_t mark) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!loop.reconciler.attempted(mark) && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
    return loop.reconciler.attempted(mark);
  };
  EXPECT_TRUE(loop.reconciler.attempted(loop.reconciler.mark()));
  loop.work.held_ = {"held"};
  loop.work.failing_ = {"broken"};
  loop.reconciler.wake("quick");
  loop.reconciler.wake("broken");
  const auto before = loop.reconciler.mark();
  EXPECT_FALSE(loop.reconciler.attempted(before));  // nothing runs yet
  loop.reconciler.start();
  EXPECT_TRUE(attempted(before));
  EXPECT_GE(loop.work.runs("broken"), 3);

  loop.reconciler.wake("held");
  ASSERT_TRUE(loop.work.ran("held", 1));
  const auto during = loop.reconciler.mark();
  loop.reconciler.wake("held");  // while it runs: the run under way does not answer it
  EXPECT_TRUE(loop.reconciler.attempted(before));
  EXPECT_FALSE(loop.reconciler.attempted(during));
  loop.work.set([](Work& w) { w.held_.clear(), w.failing_.clear(); });
  EXPECT_TRUE(attempted(loop.reconciler.mark()));
  EXPECT_GE(loop.work.runs("held"), 2);
}

TEST(Reconciler, wait_idle_gives_up_while_a_key_runs) {
  Loop loop;
  loop.work.held_ = {"a"};
  loop.reconciler.start();
  loop.reconciler.wake("a");
  ASSERT_TRUE(loop.work.ran("a", 1));
  EXPECT_FALSE(loop.reconciler.wait_idle(5ms));
  EXPECT_TRUE(loop.status("a").running);
}

TEST(Reconciler, stop_finishes_the_step_under_way_and_a_start_goes_on) {
  Loop loop;
  loop.work.held_ = {"a"};
  loop.work.again_["a"] = 1;
  loop.reconciler.start();
  loop.reconciler.wake("a");
  ASSERT_TRUE(loop.work.ran("a", 1));
  std::thread stopper([&] { loop.reconciler.stop(); });
  loop.work.set([](Work& w) { w.held_.clear(); });
  stopper.join();
  const int seen = loop.work.runs("a");
  loop.reconciler.start();
  EXPECT_TRUE(loop.work.ran("a", 2)) << seen;
  EXPECT_TRUE(loop.reconciler.wait_idle(10s));
}
