#pragma once

#include <string>
#include <string_view>

namespace causeway::app {

/// A setting's value as TOML writes it. `type` is Setting::type; a "list" comes as its parts between commas.
std::string toml_value(std::string_view type, const std::string& text);

}  // namespace causeway::app
