#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/boundary/blobs.hpp"

/// What is asked about the inside of a container, the same between region and host and between agent and Engine.
namespace causeway::boundary {

struct LogQuery {
  bool stdout_ = true, stderr_ = true, timestamps = false;
  bool follow = false;                ///< the text goes on as the container writes, until it ends
  std::optional<std::int64_t> tail;   ///< lines; none = all
  std::optional<std::int64_t> since;  ///< epoch seconds
};

/// One look at what a container uses.
struct ContainerStats {
  std::uint64_t cpu_nanos = 0;         ///< of CPU time, since it was started
  std::uint64_t system_cpu_nanos = 0;  ///< of all CPUs of the host together, since it was booted
  std::uint64_t memory_bytes = 0;      ///< without file pages that are not in use
  std::uint64_t memory_limit_bytes = 0;
  std::uint64_t block_read_bytes = 0, block_written_bytes = 0;
  std::uint64_t received_bytes = 0, sent_bytes = 0;
  static constexpr auto fields() {
    using S = ContainerStats;
    return std::tuple{field("cpu_nanos", &S::cpu_nanos),
                      field("system_cpu_nanos", &S::system_cpu_nanos),
                      field("memory_bytes", &S::memory_bytes),
                      field("memory_limit_bytes", &S::memory_limit_bytes),
                      field("block_read_bytes", &S::block_read_bytes),
                      field("block_written_bytes", &S::block_written_bytes),
                      field("received_bytes", &S::received_bytes),
                      field("sent_bytes", &S::sent_bytes)};
  }
};

/// What ps printed.
struct ProcessTable {
  std::vector<std::string> titles;
  std::vector<std::vector<std::string>> processes;
  static constexpr auto fields() {
    using P = ProcessTable;
    return std::tuple{field("titles", &P::titles), field("processes", &P::processes)};
  }
};

/// A path inside a container, as Docker describes it.
struct PathStat {
  std::string name;
  std::int64_t size = 0;
  std::int64_t mode = 0;  ///< Go's os.FileMode
  std::string mtime;      ///< RFC 3339
  std::string link_target;
  static constexpr auto fields() {
    using P = PathStat;
    return std::tuple{field("name", &P::name), field("size", &P::size), field("mode", &P::mode),
                      field("mtime", &P::mtime), field("linkTarget", &P::link_target)};
  }
};
struct PathArchive {
  PathStat stat;
  std::unique_ptr<ByteSource> tar;
};

}  // namespace causeway::boundary
