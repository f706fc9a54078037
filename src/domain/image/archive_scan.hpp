#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "causeway/base/result.hpp"

namespace causeway::domain {

/// Checks, piece by piece and in constant memory, that a stream of bytes is what `docker save` writes: an uncompressed
/// tar archive with a file "manifest.json". It reads headers and skips contents.
///
/// Lifetime: one archive. `feed` takes pieces of any size in order and reports what is wrong as soon as it is seen;
/// `finish` says at the end whether it was whole. After an error the scan is over. Errors: invalid
/// "image.not_docker_archive".
///
///   | header 512 | contents | zeros up to a multiple of 512 | header | ... | 512 zeros | 512 zeros | anything
///
/// Long names come in an entry of their own before the one they name (type 'L' of GNU, 'x' of POSIX).
class DockerArchiveScan {
 public:
  Result<void> feed(std::string_view piece);
  Result<void> finish() const;

 private:
  Result<void> read_header();
  void end_entry();
  std::string entry_name() const;

  std::string header_;          ///< of the entry being read, while it is incomplete
  std::string extension_;       ///< contents of a name-giving entry, while they come
  char extension_type_ = 0;     ///< 'L', 'x', or 0 when contents are skipped
  std::uint64_t contents_ = 0;  ///< bytes of contents that are still to come
  std::uint64_t padding_ = 0;   ///< and of zeros behind them
  std::string long_name_;       ///< for the next entry
  std::uint64_t entries_ = 0;
  bool has_manifest_ = false;
  bool at_end_ = false;  ///< the closing block of zeros was seen
};

}  // namespace causeway::domain
