#pragma once

#include <map>
#include <string>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::services {

struct ProjectMove {
  domain::ProjectId from, to;
};

enum class MoveMode { perform, dry_run };

/// How many records of each kind name the project that gives.
using MovedRecords = std::map<std::string, std::size_t>;

/// Gives all that a process's state holds of one project to another: networks and what hangs on them, containers, images, quotas,
/// shares. Users, roles and credentials stay: they are the identity service's. One transaction, whole or not at all; done again it
/// finds nothing. The records get new revisions, so that feeds carry the change on; the process itself must not run meanwhile, and
/// each process of the cloud that keeps state (centre and regions) needs the same move.
///
/// Failures: invalid "project.move" (ids that are none, or the same one); conflict "project.volumes" when a container has a named
/// volume, which its hosts keep under the project's id; conflict "project.default_group" when both projects use their default
/// security group; internal "project.unknown_kind" for a record that names the project and is not known here.
Result<MovedRecords> move_project(boundary::Store& store, const ProjectMove& move, MoveMode mode);

}  // namespace causeway::services
