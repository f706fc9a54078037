#pragma once

#include <functional>
#include <string>
#include <vector>

#include "causeway/adapters/keystone/keystone_session.hpp"
#include "causeway/domain/identity/known_services.hpp"

namespace causeway::adapters {

/// What a Keystone shall know of a cloud of ours.
struct Registration {
  std::vector<std::string> regions;
  std::vector<domain::ServiceAddress> services;
  KeystoneAccount service_user;
  std::vector<std::string> service_roles{"service"};  ///< of that user in its project
};

enum class RegistrationMode { perform, dry_run };

/// Brings a Keystone to what a registration says, step by step: looks, and makes or changes only what is not so. Removes nothing, and
/// never changes an identity endpoint that is there.
///
/// Idempotent: a second run finds nothing to do, and one that was interrupted goes on. Each step is told as it is done, or with a dry
/// run as it would be. Lifetime: for one run; the session is an administrator's. One thread. Fails: as KeystoneSession does; forbidden
/// "keystone.not_admin"; conflict "keystone.register" with Keystone's own words.
class Registrar {
 public:
  using Say = std::function<void(const std::string&)>;
  Registrar(KeystoneSession& administrator, boundary::Clock& clock, RegistrationMode mode, Say say);
  Result<void> run(const Registration& wanted);
  int steps() const { return steps_; }

 private:
  struct Named {
    const char* path;  ///< "/projects"
    const char* list;  ///< "projects"
    const char* one;   ///< "project"
  };
  Result<Json> ask(const std::string& method, const std::string& target, const Json& body = nullptr);
  /// The id of the one that fits; "" when there is none.
  Result<std::string> find(const Named& kind, const std::string& query);
  /// `make` with a body; its id, or "" in a dry run.
  Result<std::string> make(const Named& kind, const std::string& what, const JsonObject& body);
  Result<void> ensure_region(const std::string& name);
  Result<std::string> ensure_service(const domain::KnownService& known);
  /// `present`: the endpoints that the service has.
  Result<void> ensure_endpoint(const std::string& service, const JsonArray& present, const domain::ServiceAddress& address);
  Result<void> ensure_endpoints(const Registration& wanted);
  Result<void> ensure_user(const Registration& wanted);
  Result<std::string> ensure_account(const KeystoneAccount& account, const std::string& domain);
  Result<void> ensure_role(const std::string& role, const std::string& project, const std::string& user);
  Result<std::string> domain_id(const std::string& name);
  void step(const std::string& what);

  KeystoneSession& administrator_;
  boundary::Clock& clock_;
  const RegistrationMode mode_;
  const Say say_;
  int steps_ = 0;
};

}  // namespace causeway::adapters
