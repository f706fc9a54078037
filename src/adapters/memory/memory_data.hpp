#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "causeway/adapters/memory/memory_engine.hpp"
#include "causeway/boundary/engine/engine_data.hpp"

namespace causeway::adapters {

/// The inside of a MemoryEngine's containers. Thread-safe; outlived by the engine.
///
/// A container has directories "/" and "/tmp" and files; a tar is text here, one "name=content" line for each file. A
/// committed image is saved as MemoryEngine loads it: "image <id> <name>".
class MemoryData final : public boundary::EngineData {
 public:
  explicit MemoryData(MemoryEngine& engine) : engine_(engine) {}

  Result<std::unique_ptr<boundary::ByteSource>> logs(const domain::ContainerId& id, const boundary::LogQuery& query,
                                                     std::stop_token stop) override;
  Result<boundary::ContainerStats> stats(const domain::ContainerId& id) override;
  Result<boundary::ProcessTable> top(const domain::ContainerId& id, const std::string& ps_args) override;
  Result<boundary::PathArchive> get_archive(const domain::ContainerId& id, const std::string& path) override;
  Result<void> put_archive(const domain::ContainerId& id, const std::string& path, boundary::ByteSource& tar) override;
  Result<void> commit(const domain::ContainerId& id, const std::string& reference) override;
  Result<std::unique_ptr<boundary::ByteSource>> save_image(const std::string& reference, std::stop_token stop) override;

  // what a test does to it
  void write_log(const domain::ContainerId& id, std::string text);
  /// The next source that is handed out breaks off after so many bytes.
  void break_next_source(std::size_t after);
  /// The next call of `operation` ("commit", "save_image", ...) changes nothing and returns the error.
  void fail_next(std::string operation, Error error);
  int commits() const;

 private:
  Result<domain::SeenContainer> enter(const std::string& operation, const domain::ContainerId& id);
  Result<void> planned(const std::string& operation);
  std::unique_ptr<boundary::ByteSource> source_of(std::string text);

  MemoryEngine& engine_;
  mutable std::mutex mutex_;
  std::map<domain::ContainerId, std::string> logs_;
  std::map<domain::ContainerId, std::map<std::string, std::string>> files_;  ///< by path
  std::map<std::string, std::string> committed_;                             ///< archive by reference
  std::map<std::string, Error> failures_;
  std::optional<std::size_t> break_after_;
  int commits_ = 0;
};

/// A text as a source, in pieces of at most `piece` bytes; after `breaks_at` bytes it fails.
class TextSource final : public boundary::ByteSource {
 public:
  explicit TextSource(std::string text, std::size_t piece = SIZE_MAX, std::size_t breaks_at = SIZE_MAX)
      : text_(std::move(text)), piece_(piece), breaks_at_(breaks_at) {}
  Result<std::size_t> read(std::span<char> into) override;

 private:
  const std::string text_;
  const std::size_t piece_, breaks_at_;
  std::size_t at_ = 0;
};

}  // namespace causeway::adapters
