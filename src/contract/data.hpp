#pragma once

/// The host API's part that moves the data of containers (boundary/host/host_data.hpp), served by agents to their region.
/// Streams are raw bytes; one that breaks off ends without its last chunk.
namespace causeway::contract {

/// GET ?stdout&stderr&timestamps&follow&tail&since: the text.
inline constexpr const char* host_logs_path = "/v1/containers/{id}/logs";
/// GET: boundary::ContainerStats.
inline constexpr const char* host_stats_path = "/v1/containers/{id}/stats";
/// GET ?ps_args: boundary::ProcessTable.
inline constexpr const char* host_top_path = "/v1/containers/{id}/top";
/// GET ?path: a tar, with its stat in a header. PUT ?path: a tar to unpack.
inline constexpr const char* host_archive_path = "/v1/containers/{id}/archive";
/// base64 of the JSON of a boundary::PathStat.
inline constexpr const char* path_stat_header = "X-Causeway-Path-Stat";

}  // namespace causeway::contract
