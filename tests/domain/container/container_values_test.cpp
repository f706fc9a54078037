#include <gtest/gtest.h>

#include <set>

#include "causeway/domain/container/container_name.hpp"
#include "causeway/domain/container/container_quota.hpp"
#include "causeway/domain/container/kill_signal.hpp"
#include "causeway/domain/container/shell_words.hpp"

namespace causeway::domain {
namespace {

TEST(ContainerName, every_number_gives_a_greek_name) {
  std::set<std::string> names;
  for (std::uint64_t i = 0; i < 24 * 24; ++i) names.insert(generated_container_name(i));
  EXPECT_EQ(names.size(), 24U * 24U);
  EXPECT_TRUE(names.contains("alpha-1-container"));
  EXPECT_TRUE(names.contains("omega-24-container"));
  EXPECT_FALSE(generated_container_name(~0ULL).empty());
}

TEST(ShellWords, splits_as_a_shell_would) {
  using Words = std::vector<std::string>;
  const std::pair<const char*, Words> cases[] = {{"", {}},
                                                 {"  ", {}},
                                                 {"ls -l", {"ls", "-l"}},
                                                 {R"("ls" "-l x")", {"ls", "-l x"}},
                                                 {"/bin/sh -c 'echo hello > f'", {"/bin/sh", "-c", "echo hello > f"}},
                                                 {R"(a\ b "c\"d\\e\n" '\')", {"a b", R"(c"d\e\n)", "\\"}},
                                                 {R"(a"b"'c' "")", {"abc", ""}}};
  for (const auto& [text, words] : cases) EXPECT_EQ(split_words(text).value(), words) << text;
  for (const char* text : {"'a", "\"a", "a\\", "\"a\\\""})
    EXPECT_EQ(split_words(text).error().reason, "command.unbalanced") << text;
}

TEST(KillSignal, reads_names_and_numbers) {
  for (const char* text : {"", "None", "SIGKILL", "kill", "sigkill"}) EXPECT_EQ(parse_signal(text), "SIGKILL") << text;
  EXPECT_EQ(parse_signal("9"), "9");
  EXPECT_EQ(parse_signal("hup"), "SIGHUP");
  for (const char* text : {"0", "65", "-9", "SIGNOTHING", "9x"})
    EXPECT_EQ(parse_signal(text).error().field, "signal") << text;
}

TEST(Quota, names_everything_that_would_go_over) {
  const QuotaLimits limits{2, 1000, 1, 10};
  EXPECT_TRUE(admit(limits, {1, 500, 0.9, 5}, {1, 500, 0.1, 5}));
  const auto refused = admit(limits, {2, 900, 0.5, 0}, {1, 200, 0.6, 0});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "Quota exceeded for resources: ['containers', 'memory', 'cpu']");
  EXPECT_TRUE(admit({-1, -1, -1, -1}, {1000, 1 << 30, 1e6, 1 << 20}, {1, 1, 1, 1}));
  EXPECT_TRUE(admit(limits, {0, 5000, 0, 0}, {1, 0, 0, 0})) << "what is not asked for is not refused";
}

TEST(Quota, reads_limits_as_numbers_or_digits) {
  const auto parse = [](const char* text) { return parse_quota({}, parse_json(text).value().get_object()); };
  const auto quota = parse(R"({"containers":"5","cpu":-1})");
  ASSERT_TRUE(quota);
  const auto limits = quota->over({});
  EXPECT_EQ(limits.containers, 5);
  EXPECT_EQ(limits.cpu, -1);
  EXPECT_EQ(limits.memory, 51200);
  for (const char* text : {R"({"cpu":-2})", R"({"disk":"many"})", R"({"memory":1.5})", R"({"pods":1})"})
    EXPECT_FALSE(parse(text)) << text;
}

}  // namespace
}  // namespace causeway::domain
