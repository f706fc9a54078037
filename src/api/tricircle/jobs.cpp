#include <algorithm>
#include <array>

#include "causeway/api/tricircle/paging.hpp"
#include "causeway/api/tricircle/tricircle_api.hpp"

namespace causeway::api {
namespace {

using services::ShownJob;

constexpr std::array<std::string_view, 3> filters{"project_id", "type", "status"};

JsonObject resource_view(const domain::Job& job) {
  JsonObject out;
  const auto* type = domain::find_job_type(job.type);
  for (std::size_t i = 0; type != nullptr && i < type->field_count(); ++i) {
    const auto found = job.resource.find(std::string(type->fields[i]));
    out[type->fields[i]] = found == job.resource.end() ? "" : found->second;
  }
  return out;
}

/// Tricircle's members, and ours: for which region it is, and why it is not finished.
JsonObject job_view(const ShownJob& shown) {
  const auto& job = shown.job;
  return JsonObject{{"id", job.id},
                    {"project_id", job.project_id.str()},
                    {"type", job.type},
                    {"timestamp", plain_time(job.timestamp)},
                    {"status", shown.status},
                    {"resource", resource_view(job)},
                    {"region_name", job.region.str()},
                    {"reason", job.reason.empty() ? Json(nullptr) : Json(std::string_view(job.reason))}};
}

Result<Reply> list_jobs(TricircleApi& api, Call& call) {
  TRY_VOID(check_filters(call, filters));
  services::Jobs::Query query;
  TRY(query.limit, page_limit(call));
  query.project_id = std::string(call.query("project_id"));
  query.type = std::string(call.query("type"));
  query.status = std::string(call.query("status"));
  query.marker = std::string(call.query("marker"));
  TRY(const auto jobs, api.jobs.list(query));
  JsonArray out;
  for (const auto& job : jobs) out.push_back(job_view(job));
  return Reply::json(page_of("jobs", std::move(out), query.limit, jobs.empty() ? "" : jobs.back().job.id));
}

Result<Reply> schemas(TricircleApi&, Call&) {
  JsonArray out;
  for (const auto& type : domain::job_types) {
    JsonArray fields;
    for (std::size_t i = 0; i < type.field_count(); ++i) fields.push_back(Json(type.fields[i]));
    out.push_back(JsonObject{{"type", type.name}, {"resource", std::move(fields)}});
  }
  return Reply::json(JsonObject{{"schemas", std::move(out)}});
}

Result<Reply> show_job(TricircleApi& api, Call& call) {
  TRY(const auto job, api.jobs.get(call.param("id")));
  return Reply::json(JsonObject{{"job", job_view(job)}});
}

/// A member of the job that must be there and not be blank.
Result<std::string> wanted_text(const Json& job, const char* name) {
  if (member(job, name) == nullptr) return failed(fail(Code::invalid, "job.missing", "{} isn't provided in request body", name).at(name));
  auto text = text_member(job, name);
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return failed(fail(Code::invalid, "job.blank", "{} can't be empty", name).at(name));
  return text;
}

/// Exactly the fields of the type.
Result<std::map<std::string, std::string>> wanted_resource(const Json& job, const domain::JobType& type) {
  const Json* resource = member(job, "resource");
  if (resource == nullptr || !resource->is_object()) {
    return failed(fail(Code::invalid, "job.no_resource", "Failed to create job, because the resource is not specified").at("resource"));
  }
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < type.field_count(); ++i) {
    const std::string name(type.fields[i]);
    if (member(*resource, name) == nullptr) return failed(fail(Code::invalid, "job.resource", "Some resources are not provided: {}", name).at(name));
    out[name] = text_member(*resource, name);
  }
  for (const auto& [name, value] : resource->get_object()) {
    if (!out.contains(std::string(name))) return failed(fail(Code::invalid, "job.resource", "Some resources are not needed: {}", std::string_view(name)).at(std::string(name)));
  }
  return out;
}

Result<Reply> create_job(TricircleApi& api, Call& call) {
  const Json* job = member(call.body, "job");
  if (job == nullptr || !job->is_object()) return failed(fail(Code::invalid, "body.no_envelope", "Request body not found: 'job' is required.").at("job"));
  TRY(const auto type_name, wanted_text(*job, "type"));
  TRY(const auto project, wanted_text(*job, "project_id"));
  const auto* type = domain::find_job_type(type_name);
  if (type == nullptr) return failed(fail(Code::invalid, "job.bad_type", "There is no such job type: {}", type_name).at("type"));
  TRY(const auto resource, wanted_resource(*job, *type));
  if (type->primary == "project_id" && resource.at("project_id") != project) {
    return failed(fail(Code::invalid, "job.project", "Specified project_id {} and resource's project_id {} are different.", project, resource.at("project_id"))
                      .at("project_id"));
  }
  TRY(const auto made, api.jobs.create(*type, domain::ProjectId(project), resource));
  return Reply::json(JsonObject{{"job", job_view(made)}});
}

Result<Reply> redo_job(TricircleApi& api, Call& call) {
  TRY_VOID(api.jobs.redo(call.param("id")));
  return Reply::json(nullptr);
}

Result<Reply> delete_job(TricircleApi& api, Call& call) {
  TRY_VOID(api.jobs.remove(call.param("id")));
  return Reply::json(JsonObject());
}

constexpr Route<TricircleApi> routes[] = {
    {"GET", "/v1.0/jobs", Access::admin, "admin_api:jobs:list", 200, &list_jobs, BodyKind::none},
    {"GET", "/v1.0/jobs/detail", Access::admin, "admin_api:jobs:list", 200, &list_jobs, BodyKind::none},
    {"GET", "/v1.0/jobs/schemas", Access::admin, "admin_api:jobs:schema_list", 200, &schemas, BodyKind::none},
    {"POST", "/v1.0/jobs", Access::admin, "admin_api:jobs:create", 200, &create_job},
    {"GET", "/v1.0/jobs/{id}", Access::admin, "admin_api:jobs:show", 200, &show_job, BodyKind::none},
    {"PUT", "/v1.0/jobs/{id}", Access::admin, "admin_api:jobs:redo", 200, &redo_job, BodyKind::none},
    {"DELETE", "/v1.0/jobs/{id}", Access::admin, "admin_api:jobs:delete", 200, &delete_job, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_job_routes(std::vector<BoundRoute>& into, TricircleApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api
