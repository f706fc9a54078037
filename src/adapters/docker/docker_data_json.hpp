#pragma once

#include "causeway/base/json.hpp"
#include "causeway/base/result.hpp"
#include "causeway/boundary/host/container_data.hpp"

/// The Engine API's JSON about the inside of containers (v1.41) to our values. Pure.
namespace causeway::adapters {

/// GET /containers/{id}/stats
boundary::ContainerStats read_stats(const Json& json);
/// GET /containers/{id}/top
boundary::ProcessTable read_processes(const Json& json);
/// The header X-Docker-Container-Path-Stat. internal "engine.bad_stat".
Result<boundary::PathStat> read_path_stat(std::string_view header);

/// What a failure of the Engine means to whoever asked about a path of a container, or for its processes: where it was
/// the asker's doing, it is said so.
Error blame_path(Error error, const std::string& path);
Error blame_archive(Error error, const std::string& path);
Error blame_ps(Error error);

}  // namespace causeway::adapters
