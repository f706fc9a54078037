#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::app {

/// What `--set [PROCESS/]NAME=VALUE` asks for: a setting of one process of a dev cloud ("central", "RegionOne", "r1h1"), or of all.
struct Override {
  std::string process;  ///< "" = every process
  std::string name, value;
};
/// Refuses what is not of the form, and settings that there are none of.
Result<std::vector<Override>> parse_overrides(const std::vector<std::string>& texts);

/// The settings of one process of a dev cloud, and the file that it reads. Values are texts; lists have commas in them.
class ProcessConfig {
 public:
  explicit ProcessConfig(std::string process) : process_(std::move(process)) {}
  void set(const std::string& name, std::string value) { values_[name] = std::move(value); }
  /// What is meant for this process; later ones win.
  void apply(const std::vector<Override>& overrides);
  const std::string& process() const { return process_; }
  /// "" when it is not set here.
  std::string value(const std::string& name) const;
  /// TOML, a line for each.
  std::string text() const;

 private:
  const std::string process_;
  std::map<std::string, std::string> values_;
};

}  // namespace causeway::app
