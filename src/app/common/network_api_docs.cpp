#include "causeway/app/common/network_api_docs.hpp"

#include <algorithm>

#include "causeway/api/neutron/error_docs.hpp"
#include "causeway/api/neutron/resource_docs.hpp"
#include "causeway/app/common/route_listing.hpp"
#include "causeway/app/common/test_proofs.hpp"

namespace causeway::app {
namespace {

std::vector<api::BoundRoute> documented_routes() {
  std::vector<api::BoundRoute> rows;
  for (auto& listing : all_routes()) {
    if (listing.api == "neutron" && listing.process == "central") rows = std::move(listing.routes);
  }
  std::erase_if(rows, [](const api::BoundRoute& row) { return row.path == "/"; });
  return rows;
}

std::string who_text(const api::BoundRoute& route) { return route.access == api::Access::open ? "anybody" : route.grant.words(); }

std::string routes_section(const std::vector<api::BoundRoute>& rows, const Proofs& proofs) {
  std::string out =
      "## Routes\n\nThe centre and every region serve the same routes. A region answers reads of networks, subnets and security groups out of its\n"
      "replicas, and everything about its own ports itself; the rest it passes on to the centre with the caller's token.\n\n"
      "| method | path | rule | who may | success | proved by |\n|---|---|---|---|---|---|\n";
  for (const auto& row : rows) {
    const auto found = proofs.find(row.method + " " + row.path);
    out += fmt::format("| {} | `{}` | `{}` | {} | {} | {} |\n", row.method, row.path, row.rule, who_text(row), row.status,
                       found == proofs.end() ? "" : fmt::format("{}", fmt::join(found->second, "<br>")));
  }
  return out;
}

bool has(const std::vector<api::AttributeDoc>& attributes, std::string_view name) {
  return std::any_of(attributes.begin(), attributes.end(), [&](const auto& attribute) { return attribute.name == name; });
}
bool admin_only(const std::vector<api::AttributeDoc>& attributes, std::string_view name) {
  return std::any_of(attributes.begin(), attributes.end(), [&](const auto& attribute) { return attribute.name == name && attribute.admin_only; });
}

/// Every name once: settable ones first, in the order of their tables.
std::vector<std::string_view> names_of(const api::ResourceDoc& doc) {
  std::vector<std::string_view> out;
  const auto add = [&](std::string_view name) {
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  };
  for (const auto& attribute : doc.on_create) add(attribute.name);
  for (const auto& attribute : doc.on_update) add(attribute.name);
  for (const auto name : doc.read_only) add(name);
  for (const auto& [name, value] : doc.defaults) add(name);
  return out;
}

/// Ids, names of owners and times have no default worth a word.
std::string default_text(const api::ResourceDoc& doc, std::string_view name, bool settable) {
  const Json* value = settable ? doc.defaults.if_contains(name) : nullptr;
  return value == nullptr ? "" : fmt::format("`{}`", to_text(*value));
}

std::string set_text(const std::vector<api::AttributeDoc>& attributes, std::string_view name) {
  if (!has(attributes, name)) return "";
  return admin_only(attributes, name) ? "admin" : "yes";
}

std::string resource_section(const api::ResourceDoc& doc) {
  std::string out = fmt::format("\n### {}\n\n| attribute | POST | PUT | default | filter |\n|---|---|---|---|---|\n", doc.collection);
  auto left = doc.filters;
  for (const auto name : names_of(doc)) {
    const bool filter = std::erase(left, name) > 0;
    const bool settable = has(doc.on_create, name) || has(doc.on_update, name);
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", name, set_text(doc.on_create, name), set_text(doc.on_update, name),
                       default_text(doc, name, settable), filter ? "yes" : "");
  }
  for (const auto name : left) out += fmt::format("| `{}` |  |  |  | yes |\n", name);
  if (doc.tags) out += "\nIt has tags: filters `tags`, `tags-any`, `not-tags`, `not-tags-any`.\n";
  return out;
}

constexpr std::string_view rules_section =
    "\n## What holds for every resource\n\n"
    "- A path may end in `.json`. `PATCH` is 405, a body on `DELETE` 400. `POST` takes one object or a list (`{\"ports\": [...]}`), all or none.\n"
    "- `tenant_id` and `project_id` are the same in answers; either is taken, two different ones are 400; another project's only from administrators.\n"
    "- `If-Match: revision_number=N` on `PUT` and `DELETE`: 412 when the object is at another revision.\n"
    "- Filters: a repeated key is OR, different keys are AND, an empty value matches what is empty, an unknown key is 400. Ports also take\n"
    "  `fixed_ips=subnet_id=`, `ip_address=` or `ip_address_substr=`, and `security_groups=`.\n"
    "- `fields`, `sort_key` with `sort_dir`, `limit` with `marker` and `page_reverse`; pages are joined by `<collection>_links`.\n"
    "- Errors are `{\"NeutronError\": {\"type\", \"message\", \"detail\"}}`; `type` is Neutron's exception (see [errors](#errors)).\n"
    "- Objects of other projects are hidden (404) unless they are shared; what one only sees cannot be changed (403).\n";

/// Not there: ExtensionsNotFound (an unknown extension is HTTPNotFound), PortBound (a binding moves with its container), IpAddressInUse and SubnetPoolInUse
/// (Neutron itself answers IpAddressAlreadyAllocated and SubnetPoolDeleteError), RemoteGroupNotSupported (they are).
Result<std::string> errors_section(const std::string& tests_directory) {
  const auto errors = api::neutron_error_docs();
  std::vector<std::string> types;
  for (const auto& error : errors) types.emplace_back(error.type);
  const auto raised = collect_mentions(tests_directory, {"api/neutron", "e2e"}, types);
  std::string out = "\n## Errors\n\nThe table is `src/api/neutron/errors.cpp`.\n\n| type | status | raised by |\n|---|---|---|\n";
  std::string missing;
  for (const auto& error : errors) {
    const auto found = raised.find(error.type);
    if (found == raised.end()) {
      missing += fmt::format("\n  no test expects \"{}\"", error.type);
    } else {
      out += fmt::format("| `{}` | {} | {} |\n", error.type, error.status, found->second.front());
    }
  }
  if (missing.empty()) return out;
  return failed(Code::invalid, "docs.uncovered", "Errors of the network API are never raised:{}", missing);
}

}  // namespace

Result<std::string> describe_network_api(const std::string& tests_directory) {
  const auto rows = documented_routes();
  const auto proofs = collect_proofs(tests_directory, [](std::string_view path) { return path.starts_with("/v2.0"); });
  TRY_VOID(check_coverage("network", rows, proofs));
  TRY(const auto errors, errors_section(tests_directory));
  std::string out = "# The network API\n\nMade by `./dev docs` out of the tables in the code; do not edit. Neutron v2.0.\n\n" + routes_section(rows, proofs) +
                    std::string(rules_section) + errors + "\n## Attributes\n\n\"admin\": only administrators may set it.\n";
  for (const auto& doc : api::neutron_resource_docs()) out += resource_section(doc);
  return out;
}

}  // namespace causeway::app
