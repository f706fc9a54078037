#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "causeway/adapters/netlink/message.hpp"

/// The rtnetlink requests about a link's programs (man 8 tc-bpf): pure builders and readers.
namespace causeway::adapters {

/// Which frames of a link a program sees: those that it receives, or that it sends.
enum class FilterHook { received, sent };

/// Where programs can be on what is received only, as limits of bandwidth have it too; and on both.
Message add_ingress_hook(std::uint32_t link);
Message add_both_hooks(std::uint32_t link);
Message remove_hooks(std::uint32_t link);
Message list_programs(std::uint32_t link, FilterHook hook);
/// In the place of the one that was there.
Message set_program(std::uint32_t link, FilterHook hook, int program, const std::string& name);
Message remove_program(std::uint32_t link, FilterHook hook);
/// The name of the program in our place; none for other filters.
std::optional<std::string> read_program(const nlmsghdr& message, std::uint32_t link);

}  // namespace causeway::adapters
