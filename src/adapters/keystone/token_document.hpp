#pragma once

#include <string>
#include <vector>

#include "causeway/base/json.hpp"
#include "causeway/boundary/identity/token_authority.hpp"

namespace causeway::adapters {

/// One line of the catalog in a token.
struct CatalogLine {
  std::string service_type, region, interface, url;
};

/// The body of an answer. Fails: unavailable "keystone.failing" when it is no JSON, so that it is not taken for the client's mistake.
Result<Json> read_document(const std::string& body);
/// Reads Keystone's `{"token": {…}}` (Identity API v3): user, scope (project, domain, system or none), roles, methods, times, audit
/// id and the access rules of an application credential. Fails: unavailable "keystone.failing" when it is not such a document.
Result<boundary::ValidatedToken> read_token(const Json& document);
/// Empty when there is none.
std::vector<CatalogLine> read_catalog(const Json& document);
/// Of OS-REVOKE: `{"events": [{"issued_before": …, "audit_id": …}]}`. Events that tell no time are skipped.
std::vector<boundary::PublishedRevocation> read_revocations(const Json& document);

}  // namespace causeway::adapters
