#pragma once

#include <stop_token>

#include "causeway/boundary/host/container_data.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::boundary {

/// The bytes that go into and out of the containers of a host's Engine. Nothing is held but the piece under way.
///
/// Concurrency: from any thread; a source that was handed out is read by one. Failures: as ContainerEngine says for the
/// Engine and the container; conflict "container.not_running"; invalid "container.no_path" at "path"; invalid
/// "container.bad_archive"; invalid "container.bad_ps_args" at "ps_args". A source that breaks off is an error of
/// `read`, never an end. Contract: tests/conformance/engine_data_suite.hpp.
class EngineData {
 public:
  virtual ~EngineData() = default;
  /// Standard output and error as they were written. `stop` ends a followed one.
  virtual Result<std::unique_ptr<ByteSource>> logs(const domain::ContainerId& id, const LogQuery& query,
                                                   std::stop_token stop) = 0;
  virtual Result<ContainerStats> stats(const domain::ContainerId& id) = 0;
  /// The processes, as ps prints them; `ps_args` "" = the Engine's default.
  virtual Result<ProcessTable> top(const domain::ContainerId& id, const std::string& ps_args) = 0;
  /// The tar of a file or directory, in the container's own eyes (its mounts too).
  virtual Result<PathArchive> get_archive(const domain::ContainerId& id, const std::string& path) = 0;
  /// Unpacks a tar at a directory that exists. The Engine unpacks while it reads: a tar that breaks off leaves what was
  /// unpacked until then. An error of `tar` is returned as it is.
  virtual Result<void> put_archive(const domain::ContainerId& id, const std::string& path, ByteSource& tar) = 0;

  /// Makes an image of the container's files as `reference`, replacing what had the name; the container stands still
  /// while its files are copied. What was paused stays so.
  virtual Result<void> commit(const domain::ContainerId& id, const std::string& reference) = 0;
  /// A `docker save` archive. not_found "engine.no_image".
  virtual Result<std::unique_ptr<ByteSource>> save_image(const std::string& reference, std::stop_token stop) = 0;
};

}  // namespace causeway::boundary
