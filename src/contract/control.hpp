#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/fields.hpp"

/// The control API: what central, regions and hosts say to each other, over mutual TLS. Paths and shapes are declared here
/// once; api/control serves them, adapters/region_http calls them.
///
/// A certificate's common name says for whom it speaks: "region:<name>", "host:<region>/<host>".
namespace causeway::contract {

/// GET ?store=<id>&from=<revision>: a feed (services/common/feed_line.hpp). Central serves it to regions, regions to hosts.
inline constexpr const char* watch_path = "/control/v1/watch";
/// GET: position; POST ?from=<the position that was told> lines: new position, 409 when the receiver is elsewhere. Region to centre.
inline constexpr const char* upstream_path = "/control/v1/upstream";
inline constexpr const char* fetch_network_path = "/control/v1/networks/fetch";
inline constexpr const char* lease_path = "/control/v1/leases";
inline constexpr const char* return_leases_path = "/control/v1/leases/return";
inline constexpr const char* renew_leases_path = "/control/v1/leases/renew";
/// POST domain::RegionProgress. Region to centre.
inline constexpr const char* progress_path = "/control/v1/progress";
/// POST boundary::ClaimRequest, answered by boundary::ClaimedPort. Region to centre.
inline constexpr const char* claim_port_path = "/control/v1/ports/claim";
/// POST boundary::PortReturn.
inline constexpr const char* return_port_path = "/control/v1/ports/return";
/// GET: domain::PortClaim of each port that the region has claimed.
inline constexpr const char* claimed_ports_path = "/control/v1/ports/claimed";
inline constexpr const char* release_path = "/control/v1/release";
/// POST boundary::HostReport, answered by boundary::ReportAnswer. Host to region, also as the sign that the host lives.
inline constexpr const char* report_path = "/control/v1/report";
/// GET: the data of an image; host to region, and region to region. PUT: the data of an image that a commit of the host's
/// was asked into; host to region.
inline constexpr const char* image_data_path = "/control/v1/images/{id}/data";
/// GET, as query: the byte from which a host goes on with data that broke off.
inline constexpr const char* image_data_from = "from";
/// GET: domain::RegistryCredentials for the image of a container of the asking host. Host to region.
inline constexpr const char* registry_credentials_path = "/control/v1/containers/{id}/registry";
/// POST domain::HostImageReport. Host to region.
inline constexpr const char* image_report_path = "/control/v1/images/report";
/// The host API, served by agents to their region.
/// GET ?term=: boundary::FoundImage of a registry.
inline constexpr const char* host_search_path = "/v1/images/search";
inline constexpr const char* host_exec_path = "/v1/containers/{id}/exec";

struct FeedPosition {
  std::string store;
  std::int64_t cursor = 0;
  static constexpr auto fields() { return std::tuple{field("store", &FeedPosition::store), field("cursor", &FeedPosition::cursor)}; }
};
struct LeaseIds {
  std::vector<std::string> leases;
  static constexpr auto fields() { return std::tuple{field("leases", &LeaseIds::leases)}; }
};
struct ReleaseMessage {
  std::string kind, id;
  bool in_use = false;
  static constexpr auto fields() {
    return std::tuple{field("kind", &ReleaseMessage::kind), field("id", &ReleaseMessage::id), field("in_use", &ReleaseMessage::in_use)};
  }
};
struct ExecMessage {
  std::vector<std::string> command;
  int timeout_seconds = 30;
  static constexpr auto fields() {
    return std::tuple{field("command", &ExecMessage::command), field("timeout_seconds", &ExecMessage::timeout_seconds)};
  }
};

/// A failure on the control API: {"error":{"code":"conflict","reason":"ipam.address_leased","message":"...","field":""}}.
struct WireError {
  std::string code, reason, message, field;
  static constexpr auto fields() {
    return std::tuple{causeway::field("code", &WireError::code), causeway::field("reason", &WireError::reason),
                      causeway::field("message", &WireError::message), causeway::field("field", &WireError::field)};
  }
  static WireError from(const Error& error) { return {std::string(name_of(error.code)), error.reason, error.message, error.field}; }
  Error to_error() const {
    for (int i = 0; i < code_count; ++i) {
      if (name_of(Code(i)) == code) return Error{Code(i), reason, message, field, {}};
    }
    return Error{Code::internal, reason, message, field, {}};
  }
};

inline std::string region_common_name(std::string_view region) { return fmt::format("region:{}", region); }
inline std::string host_common_name(std::string_view region, std::string_view host) { return fmt::format("host:{}/{}", region, host); }

}  // namespace causeway::contract
