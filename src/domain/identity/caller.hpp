#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "causeway/base/time.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// Who makes a request: what a verified token says. Made in one place (boundary::TokenVerifier) and passed as a value; no
/// header ever stands for it.
struct Caller {
  UserId user_id;
  std::string user_name;
  DomainId user_domain_id;
  std::string user_domain_name;
  ProjectId project_id;  ///< empty: the token has no project scope
  std::string project_name;
  DomainId project_domain_id;
  std::string project_domain_name;
  DomainId domain_id;  ///< domain scope; empty for project, system or no scope
  bool system = false; ///< system scope ("all")
  std::vector<std::string> roles;
  std::vector<std::string> methods;  ///< "password", "token", "application_credential"
  std::string application_credential_id;
  std::string audit_id;
  Time issued_at{};
  Time expires_at{};

  bool has_role(std::string_view role) const {
    return std::any_of(roles.begin(), roles.end(), [&](const std::string& r) { return r == role; });
  }
  bool is_admin() const { return has_role("admin"); }
  /// May read the things of `owner`.
  bool sees(const ProjectId& owner) const { return is_admin() || (!project_id.empty() && project_id == owner); }
};

}  // namespace causeway::domain
