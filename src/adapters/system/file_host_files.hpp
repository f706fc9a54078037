#pragma once

#include <filesystem>

#include "causeway/boundary/host/host_files.hpp"

namespace causeway::adapters {

/// A directory with one directory for each owner. Files can be read by everybody who can reach them: a container's user
/// is any user; the directory around them is the agent's alone.
class FileHostFiles final : public boundary::HostFiles {
 public:
  /// Made when it is first needed.
  explicit FileHostFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}
  Result<std::string> ensure(const std::string& owner, const std::string& name, std::string_view content) override;
  Result<void> remove(const std::string& owner) override;
  Result<std::vector<std::string>> owners() override;

 private:
  const std::filesystem::path directory_;
};

}  // namespace causeway::adapters
