#pragma once

#include <string>
#include <vector>

#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/identity/catalog.hpp"
#include "causeway/services/identity/context.hpp"
#include "causeway/services/identity/drafts.hpp"

namespace causeway::services {

/// A service as one caller sees it: its enabled endpoints, with their URLs filled in.
struct CatalogEntry {
  domain::CatalogService service;
  std::vector<domain::CatalogEndpoint> endpoints;
};

/// Regions, services and endpoints. Thread-safe; each function is one transaction.
/// Failures: not_found, invalid input, conflict for a region that exists or is still used.
class Catalog {
 public:
  explicit Catalog(IdentityContext& context) : context_(context) {}

  /// What a token of this scope shows.
  Result<std::vector<CatalogEntry>> build(const domain::Caller& caller);

  Result<domain::CatalogRegion> create_region(const RegionDraft& draft);
  Result<domain::CatalogRegion> get_region(const std::string& id);
  Result<std::vector<domain::CatalogRegion>> list_regions();
  Result<domain::CatalogRegion> update_region(const std::string& id, const RegionDraft& changes);
  Result<void> remove_region(const std::string& id);

  Result<domain::CatalogService> create_service(const ServiceDraft& draft);
  Result<domain::CatalogService> get_service(const std::string& id);
  Result<std::vector<domain::CatalogService>> list_services();
  Result<domain::CatalogService> update_service(const std::string& id, const ServiceDraft& changes);
  /// With its endpoints.
  Result<void> remove_service(const std::string& id);

  Result<domain::CatalogEndpoint> create_endpoint(const EndpointDraft& draft);
  Result<domain::CatalogEndpoint> get_endpoint(const std::string& id);
  Result<std::vector<domain::CatalogEndpoint>> list_endpoints();
  Result<domain::CatalogEndpoint> update_endpoint(const std::string& id, const EndpointDraft& changes);
  Result<void> remove_endpoint(const std::string& id);

 private:
  IdentityContext& context_;
};

}  // namespace causeway::services
