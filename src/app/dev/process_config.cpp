#include "causeway/app/dev/process_config.hpp"

#include "causeway/app/config/config.hpp"
#include "causeway/app/config/toml_value.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::app {
namespace {

const Setting* find_setting(std::string_view name) {
  for (const auto& setting : settings()) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

}  // namespace

Result<std::vector<Override>> parse_overrides(const std::vector<std::string>& texts) {
  std::vector<Override> out;
  for (const auto& text : texts) {
    const auto equal = text.find('=');
    if (equal == std::string::npos) return failed(Code::invalid, "dev.set", "--set wants [PROCESS/]NAME=VALUE, not '{}'.", text);
    const auto slash = text.substr(0, equal).find('/');
    const auto name_at = slash == std::string::npos ? 0 : slash + 1;
    Override made{slash == std::string::npos ? "" : text.substr(0, slash), text.substr(name_at, equal - name_at), text.substr(equal + 1)};
    if (find_setting(made.name) == nullptr) {
      return failed(Code::invalid, "dev.set", "--set: there is no setting '{}'; `causeway config` lists them.", made.name);
    }
    out.push_back(std::move(made));
  }
  return out;
}

void ProcessConfig::apply(const std::vector<Override>& overrides) {
  for (const auto& each : overrides) {
    if (each.process.empty() || each.process == process_) values_[each.name] = each.value;
  }
}

std::string ProcessConfig::value(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? "" : found->second;
}

std::string ProcessConfig::text() const {
  std::string out;
  for (const auto& [name, value] : values_) {
    const Setting* setting = find_setting(name);
    out += fmt::format("{} = {}\n", name, toml_value(setting != nullptr ? setting->type : "text", value));
  }
  return out;
}

}  // namespace causeway::app
