#include "causeway/sql/session.hpp"

namespace causeway::sql {
namespace {

/// Rolls back unless told not to, so that an exception leaves no open transaction either.
struct RollbackGuard {
  Session& session;
  bool armed = true;
  ~RollbackGuard() {
    if (armed) ignore(session.rollback(), "the error that brought us here says more");
  }
};

}  // namespace

Result<void> transact(Session& session, Access access, const std::function<Result<void>()>& function) {
  TRY_VOID(session.begin(access));
  RollbackGuard guard{session};
  TRY_VOID(function());
  TRY_VOID(session.commit());
  guard.armed = false;
  return {};
}

}  // namespace causeway::sql
