#pragma once

#include <optional>
#include <string_view>

#include "causeway/app/config/config.hpp"

namespace causeway::app {

/// A process is one of these, by its roles.
enum class ProcessKind { central, region, host };

inline constexpr ProcessKind all_process_kinds[] = {ProcessKind::central, ProcessKind::region, ProcessKind::host};

/// "central", "region" or "agent": the name of the process's configuration file and of its unit.
std::string_view file_name_of(ProcessKind kind);
/// None for another word than the above.
std::optional<ProcessKind> process_kind_of(std::string_view file_name);
/// By the roles: the order in which `causeway serve` asks.
ProcessKind process_kind_of(const Config& config);

/// Whether a process of this kind reads the setting. One that no rule names is read by all.
bool reads(ProcessKind kind, std::string_view setting);
/// Whether a process of this kind cannot run while the setting is empty.
bool needs(ProcessKind kind, std::string_view setting);

/// The configuration file of such a process: every setting that it reads with its meaning, those that every cloud has alike set, the others
/// as comments that show their default. Packages install it.
std::string example_configuration(ProcessKind kind);

}  // namespace causeway::app
