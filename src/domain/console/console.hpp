#pragma once

#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/base/time.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// Of a terminal, in characters.
struct TerminalSize {
  int height = 24;
  int width = 80;
  static constexpr auto fields() {
    return std::tuple{field("height", &TerminalSize::height), field("width", &TerminalSize::width)};
  }
  bool operator==(const TerminalSize&) const = default;
};

/// A command to be run beside a container's own process. `interactive`: with input, and a terminal.
struct ExecSpec {
  std::vector<std::string> command;
  bool interactive = false;
  static constexpr auto fields() {
    return std::tuple{field("command", &ExecSpec::command), field("interactive", &ExecSpec::interactive)};
  }
};

/// The right to open a console: whoever shows the token whose digest is the id. Of a region; no host sees it.
struct ConsoleGrant {
  static constexpr std::string_view kind = "console_grant";
  std::string id;  ///< SHA-512 of the token, in hex: who reads the store cannot open a console with it
  ContainerId container_id;
  std::string exec_id;  ///< "" = the container's own terminal
  Time created_at{};
  Time expires_at{};
  static constexpr auto fields() {
    using G = ConsoleGrant;
    return std::tuple{field("id", &G::id), field("container_id", &G::container_id), field("exec_id", &G::exec_id),
                      field("created_at", &G::created_at), field("expires_at", &G::expires_at)};
  }
  std::vector<IndexEntry> indexes() const { return {{"container_id", container_id.str()}}; }
};

/// What Docker takes for the id of an exec.
bool is_exec_id(std::string_view text);

}  // namespace causeway::domain
