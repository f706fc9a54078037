#include "causeway/app/common/container_api_docs.hpp"

#include <algorithm>
#include <vector>

#include "causeway/api/zun/container_fields.hpp"
#include "causeway/api/zun/microversion.hpp"
#include "causeway/app/common/route_listing.hpp"
#include "causeway/app/common/test_proofs.hpp"
#include "causeway/base/encoding.hpp"
#include "causeway/domain/container/container_spec.hpp"
#include "causeway/domain/container/container_states.hpp"
#include "causeway/domain/policy/policy.hpp"

namespace causeway::app {
namespace {

std::string who_text(const api::BoundRoute& route) { return route.access == api::Access::open ? "anybody" : route.grant.words(); }

/// The rows under /v1 and the root; each /v1 row is also served without the prefix.
std::vector<api::BoundRoute> documented_routes() {
  std::vector<api::BoundRoute> rows;
  for (auto& listing : all_routes()) {
    if (listing.api == "zun") rows = std::move(listing.routes);
  }
  std::erase_if(rows, [](const api::BoundRoute& row) { return row.path != "/" && !row.path.starts_with("/v1"); });
  return rows;
}

std::string routes_section(const std::vector<api::BoundRoute>& rows, const Proofs& proofs) {
  std::string out =
      "## Routes\n\nA path may also come without `/v1`; empty segments and a slash at the end are ignored.\n\n"
      "| method | path | rule | who may | success | versions | proved by |\n|---|---|---|---|---|---|---|\n";
  for (const auto& row : rows) {
    const auto found = proofs.find(row.method + " " + row.path);
    out += fmt::format("| {} | `{}` | `{}` | {} | {} | {} | {} |\n", row.method, row.path, row.rule, who_text(row), row.status,
                       versions_text(row.versions), found == proofs.end() ? "" : fmt::format("{}", fmt::join(found->second, "<br>")));
  }
  return out;
}

std::string create_section() {
  std::string out =
      "\n## The body of a create\n\nWhat each field takes is in `src/domain/container/container_spec.cpp`. A field that is newer than the\nrequest's version is "
      "refused.\n\n| field | since | rule |\n|---|---|---|\n";
  for (const auto& field : domain::create_fields()) {
    out += fmt::format("| `{}` | 1.{} | {} |\n", field.name, field.since, field.rule.empty() ? "" : fmt::format("`{}`", field.rule));
  }
  return out;
}

std::string view_section() {
  std::string out =
      "\n## The view of a container\n\nIt does not depend on the version. Single answers have `links` besides, listings do not.\n\n"
      "| field | type | who sees it |\n|---|---|---|\n";
  const domain::Policy policy;
  for (const auto& field : api::zun::container_fields()) {
    out += fmt::format("| `{}` | {} | {} |\n", field.name, field.type,
                       field.rule.empty() ? "who may see the container" : fmt::format("{} (`{}`)", policy.grant(field.rule).words(), field.rule));
  }
  return out;
}

std::string action_name(domain::ContainerAction action) {
  using enum domain::ContainerAction;
  if (action == remove_stop) return "delete with stop";
  if (action == remove_force) return "delete with force";
  return std::string(domain::verb_of(action));
}

std::string states_section() {
  std::string out =
      "\n## What may be asked in which status\n\nEverything else is refused with 409, `container.invalid-state-exception`. Every pair has its test in\n"
      "`tests/domain/container/container_states_test.cpp`.\n\n| action |";
  std::string line = "|---|";
  for (const auto status : domain::all_container_statuses) {
    out += fmt::format(" {} |", to_name(status));
    line += "---|";
  }
  out += "\n" + line + "\n";
  for (int i = 0; i < domain::container_action_count; ++i) {
    const auto action = domain::ContainerAction(i);
    out += fmt::format("| {} |", action_name(action));
    for (const auto status : domain::all_container_statuses) out += domain::allows(status, action) ? " yes |" : "  |";
    out += "\n";
  }
  return out;
}

std::string policy_section() {
  std::string out =
      "\n## Policy\n\nWhom each rule admits unless the region's configuration says otherwise "
      "([configuration](operator/configuration.md), `policy`). Objects of other\nprojects are hidden (404) from everybody but administrators and readers of "
      "the system.\n\n- `admin`: the role admin, in any scope.\n- `system-reader`: the role reader on the whole system.\n- `member`: in a project, with a role "
      "other than reader.\n- `reader`: in a project, with any role.\n\n| rule | admits |\n|---|---|\n";
  for (const auto& rule : domain::policy_rules()) out += fmt::format("| `{}` | {} |\n", rule.name, rule.grant.words());
  return out;
}

}  // namespace

Result<std::string> describe_container_api(const std::string& tests_directory) {
  const auto rows = documented_routes();
  const auto proofs = collect_proofs(tests_directory, [](std::string_view path) { return !path.starts_with("/v2.0"); });
  TRY_VOID(check_coverage("container", rows, proofs));
  return fmt::format(
             "# The container API\n\nMade by `./dev docs` out of the tables in the code; do not edit. Zun v1, microversions 1.{} to 1.{}.\n\n",
             api::zun::min_minor, api::zun::max_minor) +
         routes_section(rows, proofs) + create_section() + view_section() + states_section() + policy_section();
}

}  // namespace causeway::app
