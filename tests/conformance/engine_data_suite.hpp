#pragma once

#include "causeway/boundary/engine/engine_data.hpp"
#include "engine_suite.hpp"

/// What every EngineData does, real or not. A room gives `engine()` with its `archive()` (engine_suite.hpp), `data()`,
/// `say()`, which makes a container write to its log, and `tar_of()`, an archive of one file.
namespace causeway::testing {

/// An archive in memory, as a source.
class BytesSource final : public boundary::ByteSource {
 public:
  explicit BytesSource(std::string bytes, std::size_t breaks_at = SIZE_MAX)
      : bytes_(std::move(bytes)), breaks_at_(breaks_at) {}
  Result<std::size_t> read(std::span<char> into) override {
    if (at_ >= breaks_at_) return failed(Code::cancelled, "test.broke_off", "The source broke off.");
    const auto count = bytes_.copy(into.data(), std::min<std::size_t>(into.size(), 1000), at_);
    at_ += count;
    return count;
  }

 private:
  const std::string bytes_;
  const std::size_t breaks_at_;
  std::size_t at_ = 0;
};

inline std::string text_of(boundary::ByteSource& source) {
  std::string out, piece(777, '\0');
  while (true) {
    const auto count = source.read(piece);
    if (!count) return out + "<" + count.error().describe() + ">";
    if (*count == 0) return out;
    out.append(piece, 0, *count);
  }
}

template <class Room>
class EngineDataSuite : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(room_.engine().load_image("causeway.local/image:suite", reader_of(room_.archive()), {}));
    const auto spec = suite_spec("c1");
    ASSERT_TRUE(room_.engine().create(spec));
    ASSERT_TRUE(room_.engine().start(spec.container.id));
  }
  void TearDown() override {
    for (const auto& id : room_.engine().list().value_or(std::vector<domain::ContainerId>{}))
      EXPECT_TRUE(room_.engine().remove(id));
  }
  boundary::EngineData& data() { return room_.data(); }
  std::string logs(const boundary::LogQuery& query) {
    auto source = data().logs(c1, query, {});
    return source ? text_of(**source) : source.error().describe();
  }
  std::string reason_of(const auto& result) { return result ? "" : result.error().reason; }

  const domain::ContainerId c1{"c1"}, nobody{"nobody"};
  Room room_;
};

TYPED_TEST_SUITE_P(EngineDataSuite);

TYPED_TEST_P(EngineDataSuite, treats_what_is_absent_as_the_contract_says) {
  auto& data = this->data();
  BytesSource tar(this->room_.tar_of("f", "x"));
  EXPECT_EQ(this->reason_of(data.logs(this->nobody, {}, {})), "engine.no_container");
  EXPECT_EQ(this->reason_of(data.stats(this->nobody)), "engine.no_container");
  EXPECT_EQ(this->reason_of(data.top(this->nobody, "")), "engine.no_container");
  EXPECT_EQ(this->reason_of(data.get_archive(this->nobody, "/")), "engine.no_container");
  EXPECT_EQ(this->reason_of(data.put_archive(this->nobody, "/", tar)), "engine.no_container");
  EXPECT_EQ(this->reason_of(data.commit(this->nobody, "causeway.local/commit:x")), "engine.no_container");
  EXPECT_EQ(this->reason_of(data.save_image("causeway.local/commit:nothing", {})), "engine.no_image");
}

TYPED_TEST_P(EngineDataSuite, gives_the_log_and_its_last_lines) {
  this->room_.say(this->c1, "one");
  this->room_.say(this->c1, "two");
  EXPECT_EQ(this->logs({}), "one\ntwo\n");
  boundary::LogQuery last;
  last.tail = 1;
  EXPECT_EQ(this->logs(last), "two\n");
}

TYPED_TEST_P(EngineDataSuite, moves_a_file_in_and_out) {
  BytesSource tar(this->room_.tar_of("note", "hello"));
  ASSERT_EQ(this->reason_of(this->data().put_archive(this->c1, "/tmp", tar)), "");
  auto archive = this->data().get_archive(this->c1, "/tmp/note");
  ASSERT_TRUE(archive) << archive.error().describe();
  EXPECT_EQ(archive->stat.name, "note");
  EXPECT_EQ(archive->stat.size, 5);
  EXPECT_NE(archive->stat.mtime, "");
  EXPECT_NE(text_of(*archive->tar).find("hello"), std::string::npos);
}

TYPED_TEST_P(EngineDataSuite, blames_the_path_the_archive_and_the_source) {
  const auto missing = this->data().get_archive(this->c1, "/no/such/file");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().reason, "container.no_path");
  EXPECT_EQ(missing.error().field, "path");
  BytesSource tar(this->room_.tar_of("note", "hello")), rubbish(std::string(5000, 'x')),
      broken(this->room_.tar_of("note", std::string(5000, 'y')), 2000);
  EXPECT_EQ(this->reason_of(this->data().put_archive(this->c1, "/no/such/dir", tar)), "container.no_path");
  const auto refused = this->data().put_archive(this->c1, "/tmp", rubbish);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "container.bad_archive") << refused.error().describe();
  EXPECT_EQ(refused.error().field, "data");
  EXPECT_EQ(this->reason_of(this->data().put_archive(this->c1, "/tmp", broken)), "test.broke_off");
}

TYPED_TEST_P(EngineDataSuite, tells_what_runs_and_what_it_uses) {
  const auto stats = this->data().stats(this->c1);
  ASSERT_TRUE(stats) << stats.error().describe();
  EXPECT_GT(stats->cpu_nanos, 0u);
  EXPECT_GT(stats->system_cpu_nanos, stats->cpu_nanos);
  EXPECT_EQ(stats->memory_limit_bytes, 64u << 20);
  const auto top = this->data().top(this->c1, "");
  ASSERT_TRUE(top) << top.error().describe();
  ASSERT_EQ(top->processes.size(), 1u);
  EXPECT_EQ(top->processes[0].size(), top->titles.size());
  EXPECT_NE(top->processes[0].back().find("sleep"), std::string::npos);
  const auto refused = this->data().top(this->c1, "bogus");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "container.bad_ps_args") << refused.error().describe();
  ASSERT_TRUE(this->room_.engine().stop(this->c1, std::chrono::seconds(0)));
  EXPECT_EQ(this->reason_of(this->data().stats(this->c1)), "container.not_running");
  EXPECT_EQ(this->reason_of(this->data().top(this->c1, "")), "container.not_running");
}

TYPED_TEST_P(EngineDataSuite, an_image_of_a_container_is_saved_and_runs_elsewhere_under_our_name_alone) {
  const std::string reference = "causeway.local/commit:one", loaded = "causeway.local/image:one";
  auto& engine = this->room_.engine();
  ASSERT_EQ(this->reason_of(this->data().commit(this->c1, reference)), "");
  EXPECT_EQ((*engine.inspect(this->c1))->state, domain::EngineState::running) << "it goes on as it was";
  auto archive = this->data().save_image(reference, {});
  ASSERT_TRUE(archive) << archive.error().describe();
  const auto bytes = text_of(**archive);
  ASSERT_TRUE(engine.remove_image(reference));
  ASSERT_TRUE(engine.load_image(loaded, reader_of(bytes), {}));
  EXPECT_TRUE(*engine.find_image(loaded));
  EXPECT_FALSE(*engine.find_image(reference)) << "the archive's own name is not left behind";
  auto spec = suite_spec("c2");
  spec.image = loaded;
  ASSERT_TRUE(engine.create(spec));
  const auto started = engine.start(spec.container.id);
  EXPECT_TRUE(started) << started.error().describe();
}

REGISTER_TYPED_TEST_SUITE_P(EngineDataSuite, treats_what_is_absent_as_the_contract_says, gives_the_log_and_its_last_lines,
                            moves_a_file_in_and_out, blames_the_path_the_archive_and_the_source,
                            tells_what_runs_and_what_it_uses,
                            an_image_of_a_container_is_saved_and_runs_elsewhere_under_our_name_alone);

}  // namespace causeway::testing
