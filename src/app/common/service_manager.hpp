#pragma once

#include <string_view>

namespace causeway::app {

/// Tells the service manager that started us (systemd's sd_notify protocol: NOTIFY_SOCKET), so that `systemctl start` returns when the
/// process serves, and what is ordered after it waits for that. Does nothing under no such manager.
void tell_service_manager(std::string_view state);

inline constexpr std::string_view manager_ready = "READY=1";
inline constexpr std::string_view manager_stopping = "STOPPING=1";

}  // namespace causeway::app
