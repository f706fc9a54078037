#include "causeway/domain/region/job.hpp"

#include <gtest/gtest.h>

namespace causeway::domain {
namespace {

Job a_job() {
  Job job;
  job.id = "j";
  job.type = "router_setup";
  job.region = RegionName("one");
  job.resource = {{"pod_id", "p"}, {"router_id", "r1"}, {"network_id", "n1"}};
  job.networks = {NetworkId("n1")};
  job.wanted = 10;
  return job;
}

TouchedHost touched(const char* host, bool down = false) { return {HostName(host), down, {{PortId("port"), NetworkId("n1")}}}; }

struct Case {
  const char* what;
  std::optional<RegionProgress> progress;
  std::vector<TouchedHost> hosts;
  JobStatus status;
  const char* reason;  ///< part of it
};

RegionProgress at(std::int64_t applied, std::vector<HostProgress> hosts = {}) { return {"store", applied, std::move(hosts)}; }

TEST(Jobs, are_judged_by_what_regions_and_touched_hosts_hold) {
  using enum JobStatus;
  const HostName h1("h1"), h2("h2");
  const Case cases[] = {
      {"a region that never spoke", std::nullopt, {}, open, "region one"},
      {"a region that is behind", at(9), {}, open, "region one"},
      {"no host is touched", at(10), {}, success, ""},
      {"a host that never spoke", at(10), {touched("h1")}, open, "host h1"},
      {"a host that is behind", at(10, {{h1, 9, {}}}), {touched("h1")}, open, "host h1"},
      {"one host of two", at(10, {{h1, 10, {}}, {h2, 9, {}}}), {touched("h1"), touched("h2")}, open, "host h2"},
      {"every host", at(10, {{h1, 10, {}}, {h2, 11, {}}}), {touched("h1"), touched("h2")}, success, ""},
      {"a host that is not touched", at(10, {{h1, 10, {}}, {h2, 1, {}}}), {touched("h1")}, success, ""},
      {"a host that is down", at(10, {{h1, 9, {}}}), {touched("h1", true)}, fail, "host h1 is down"},
      {"a host that is taken for down but holds it", at(10, {{h1, 10, {}}}), {touched("h1", true)}, success, ""},
      {"its network fails", at(10, {{h1, 10, {{"network/n1", "no bridge"}}}}), {touched("h1")}, fail, "no bridge"},
      {"its port fails", at(10, {{h1, 10, {{"port/port", "no veth"}}}}), {touched("h1")}, fail, "no veth"},
      {"its router fails", at(10, {{h1, 10, {{"router/r1", "no namespace"}}}}), {touched("h1")}, fail, "no namespace"},
      {"the host as a whole fails", at(10, {{h1, 10, {{"firewall", "no table"}}}}), {touched("h1")}, fail, "no table"},
      {"something else fails", at(10, {{h1, 10, {{"network/n2", "x"}, {"port/other", "x"}, {"router/r2", "x"}, {"orphans", "x"}}}}), {touched("h1")}, success, ""},
  };
  for (const auto& c : cases) {
    const auto verdict = judge(a_job(), c.progress, c.hosts);
    EXPECT_EQ(to_name(verdict.status), to_name(c.status)) << c.what << ": " << verdict.reason;
    EXPECT_NE(verdict.reason.find(c.reason), std::string::npos) << c.what << ": " << verdict.reason;
  }
}

TEST(Jobs, there_is_one_unfinished_job_of_a_kind) {
  auto job = a_job();
  const auto unique = [](const Job& j) {
    for (const auto& entry : j.indexes()) {
      if (entry.unique) return entry.value;
    }
    return std::string();
  };
  auto other = job;
  other.region = RegionName("two");
  EXPECT_FALSE(unique(job).empty());
  EXPECT_NE(unique(job), unique(other));
  job.status = JobStatus::success;
  EXPECT_EQ(unique(job), "");
}

TEST(Jobs, types_name_their_primary_field) {
  for (const auto& type : job_types) {
    EXPECT_NE(std::ranges::find(type.fields, type.primary), type.fields.end()) << type.name;
    EXPECT_EQ(find_job_type(type.name), &type);
  }
  EXPECT_EQ(find_job_type("floating"), nullptr);
}

}  // namespace
}  // namespace causeway::domain
