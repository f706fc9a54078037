#include "causeway/services/identity/catalog.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::CatalogEndpoint;
using domain::CatalogRegion;
using domain::CatalogService;

namespace {

Result<void> check_region_id(const std::string& id) {
  if (!id.empty() && id.size() <= 255 && id.find('/') == std::string::npos) return {};
  return failed(fail(Code::invalid, "region.bad_id", "A region's id has 1 to 255 characters and no '/'.").at("id"));
}

Result<void> check_url(const Text& url) {
  if (url && (url->starts_with("http://") || url->starts_with("https://")) && url->size() <= 2048) return {};
  return failed(fail(Code::invalid, "endpoint.bad_url", "An endpoint needs an http or https URL.").at("url"));
}

/// What an endpoint refers to must exist; a region in the older spelling is made when it is missing.
Result<void> check_references(Writer& writer, const EndpointDraft& draft) {
  if (draft.service_id && !boundary::get<CatalogService>(writer, *draft.service_id)) {
    return failed(
        fail(Code::invalid, "endpoint.no_service", "Service {} does not exist.", *draft.service_id).at("service_id"));
  }
  if (draft.region_id && !boundary::get<CatalogRegion>(writer, *draft.region_id)) {
    return failed(
        fail(Code::invalid, "endpoint.no_region", "Region {} does not exist.", *draft.region_id).at("region_id"));
  }
  if (draft.region) {
    TRY_VOID(check_region_id(*draft.region));
    TRY(const auto region, boundary::find<CatalogRegion>(writer, *draft.region));
    if (!region) TRY_VOID(boundary::put(writer, CatalogRegion{*draft.region, "", ""}));
  }
  return {};
}

void apply_draft(CatalogEndpoint& endpoint, const EndpointDraft& draft) {
  apply(endpoint.service_id, draft.service_id);
  apply(endpoint.interface, draft.interface);
  apply(endpoint.region_id, draft.region);
  apply(endpoint.region_id, draft.region_id);
  apply(endpoint.url, draft.url);
  apply(endpoint.enabled, draft.enabled);
}

}  // namespace

Result<std::vector<CatalogEntry>> Catalog::build(const domain::Caller& caller) {
  return context_.view([&](Reader& reader) -> Result<std::vector<CatalogEntry>> {
    TRY(const auto services, boundary::list<CatalogService>(reader));
    std::vector<CatalogEntry> catalog;
    for (const auto& service : services) {
      if (!service.enabled) continue;
      TRY(auto endpoints, boundary::list<CatalogEndpoint>(reader, By{"service_id", service.id}));
      CatalogEntry entry{service, {}};
      for (auto& endpoint : endpoints) {
        const auto url = domain::expand_url(endpoint.url, caller.project_id, caller.user_id);
        if (!endpoint.enabled || !url) continue;
        endpoint.url = *url;
        entry.endpoints.push_back(std::move(endpoint));
      }
      catalog.push_back(std::move(entry));
    }
    return catalog;
  });
}

Result<CatalogRegion> Catalog::create_region(const RegionDraft& draft) {
  if (draft.id) TRY_VOID(check_region_id(*draft.id));
  TRY_VOID(check_text(draft.description, "description"));
  return context_.change([&](Writer& writer) -> Result<CatalogRegion> {
    CatalogRegion made{draft.id ? *draft.id : context_.new_id(), draft.description.value_or(""),
                       draft.parent_region_id.value_or("")};
    TRY(const auto present, boundary::find<CatalogRegion>(writer, made.id));
    if (present) {
      return failed(Code::conflict, "identity.duplicate",
                    "Conflict occurred attempting to store region - Duplicate ID, {}.", made.id);
    }
    if (!made.parent_region_id.empty()) TRY_VOID(boundary::get<CatalogRegion>(writer, made.parent_region_id));
    TRY_VOID(boundary::put(writer, made));
    return made;
  });
}

Result<CatalogRegion> Catalog::get_region(const std::string& id) {
  return context_.view([&](Reader& reader) { return boundary::get<CatalogRegion>(reader, id); });
}

Result<std::vector<CatalogRegion>> Catalog::list_regions() {
  return context_.view([&](Reader& reader) { return boundary::list<CatalogRegion>(reader); });
}

Result<CatalogRegion> Catalog::update_region(const std::string& id, const RegionDraft& changes) {
  TRY_VOID(check_text(changes.description, "description"));
  return context_.change([&](Writer& writer) -> Result<CatalogRegion> {
    TRY(auto region, boundary::get<CatalogRegion>(writer, id));
    apply(region.description, changes.description);
    apply(region.parent_region_id, changes.parent_region_id);
    TRY_VOID(boundary::put(writer, region));
    return region;
  });
}

Result<void> Catalog::remove_region(const std::string& id) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::get<CatalogRegion>(writer, id));
    TRY(const auto used, boundary::count<CatalogEndpoint>(writer, By{"region_id", id}));
    if (used > 0) return failed(Code::conflict, "region.in_use", "Region {} still has {} endpoints.", id, used);
    TRY_VOID(boundary::erase<CatalogRegion>(writer, id));
    return {};
  });
}

Result<CatalogService> Catalog::create_service(const ServiceDraft& draft) {
  TRY_VOID(check_name(draft.type, "service"));
  TRY_VOID(check_text(draft.description, "description"));
  return context_.change([&](Writer& writer) -> Result<CatalogService> {
    CatalogService made{context_.new_id(), *draft.type, draft.name.value_or(""), draft.description.value_or(""),
                        draft.enabled.value_or(true)};
    TRY_VOID(boundary::put(writer, made));
    return made;
  });
}

Result<CatalogService> Catalog::get_service(const std::string& id) {
  return context_.view([&](Reader& reader) { return boundary::get<CatalogService>(reader, id); });
}

Result<std::vector<CatalogService>> Catalog::list_services() {
  return context_.view([&](Reader& reader) { return boundary::list<CatalogService>(reader); });
}

Result<CatalogService> Catalog::update_service(const std::string& id, const ServiceDraft& changes) {
  if (changes.type) TRY_VOID(check_name(changes.type, "service"));
  TRY_VOID(check_text(changes.description, "description"));
  return context_.change([&](Writer& writer) -> Result<CatalogService> {
    TRY(auto service, boundary::get<CatalogService>(writer, id));
    apply(service.type, changes.type);
    apply(service.name, changes.name);
    apply(service.description, changes.description);
    apply(service.enabled, changes.enabled);
    TRY_VOID(boundary::put(writer, service));
    return service;
  });
}

Result<void> Catalog::remove_service(const std::string& id) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::get<CatalogService>(writer, id));
    TRY(const auto endpoints, boundary::list<CatalogEndpoint>(writer, By{"service_id", id}));
    for (const auto& endpoint : endpoints) TRY_VOID(boundary::erase<CatalogEndpoint>(writer, endpoint.id));
    TRY_VOID(boundary::erase<CatalogService>(writer, id));
    return {};
  });
}

Result<CatalogEndpoint> Catalog::create_endpoint(const EndpointDraft& draft) {
  if (!draft.service_id || !draft.interface) {
    return failed(Code::invalid, "endpoint.incomplete", "An endpoint needs service_id and interface.");
  }
  TRY_VOID(check_url(draft.url));
  return context_.change([&](Writer& writer) -> Result<CatalogEndpoint> {
    TRY_VOID(check_references(writer, draft));
    CatalogEndpoint made;
    made.id = context_.new_id();
    apply_draft(made, draft);
    TRY_VOID(boundary::put(writer, made));
    return made;
  });
}

Result<CatalogEndpoint> Catalog::get_endpoint(const std::string& id) {
  return context_.view([&](Reader& reader) { return boundary::get<CatalogEndpoint>(reader, id); });
}

Result<std::vector<CatalogEndpoint>> Catalog::list_endpoints() {
  return context_.view([&](Reader& reader) { return boundary::list<CatalogEndpoint>(reader); });
}

Result<CatalogEndpoint> Catalog::update_endpoint(const std::string& id, const EndpointDraft& changes) {
  if (changes.url) TRY_VOID(check_url(changes.url));
  return context_.change([&](Writer& writer) -> Result<CatalogEndpoint> {
    TRY(auto endpoint, boundary::get<CatalogEndpoint>(writer, id));
    TRY_VOID(check_references(writer, changes));
    apply_draft(endpoint, changes);
    TRY_VOID(boundary::put(writer, endpoint));
    return endpoint;
  });
}

Result<void> Catalog::remove_endpoint(const std::string& id) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::get<CatalogEndpoint>(writer, id));
    TRY_VOID(boundary::erase<CatalogEndpoint>(writer, id));
    return {};
  });
}

}  // namespace causeway::services
