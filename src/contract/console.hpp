#pragma once

#include <string>

#include "causeway/base/fields.hpp"

/// Consoles on the host API: what a region asks of the container's host, over mutual TLS. Bodies and answers are JSON,
/// but for the two that become a tunnel (Upgrade: causeway-stream): raw bytes both ways until the process ends.
namespace causeway::contract {

inline constexpr const char* stream_protocol = "causeway-stream";
/// GET, becomes a tunnel.
inline constexpr const char* host_attach_path = "/v1/containers/{id}/attach";
/// POST domain::TerminalSize.
inline constexpr const char* host_resize_path = "/v1/containers/{id}/resize";
/// POST domain::ExecSpec: ExecCreated.
inline constexpr const char* host_execs_path = "/v1/containers/{id}/execs";
/// POST, becomes a tunnel.
inline constexpr const char* host_exec_start_path = "/v1/containers/{id}/execs/{exec}/start";
/// POST domain::TerminalSize.
inline constexpr const char* host_exec_resize_path = "/v1/containers/{id}/execs/{exec}/resize";

struct ExecCreated {
  std::string exec_id;
  static constexpr auto fields() { return std::tuple{field("exec_id", &ExecCreated::exec_id)}; }
};

}  // namespace causeway::contract
