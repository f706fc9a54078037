#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "causeway/base/result.hpp"
#include "causeway/boundary/digest.hpp"

namespace causeway::services {

/// A bounded pipe between a thread that is handed an image and one that is asked for it.
///
/// The last bytes are held back until the checksum of all of them was found right: an Engine never gets the whole of a
/// transfer that is not what was asked for.
/// Concurrency: one writer, one reader; both block. Lifetime: outlives both; `abandon` frees a blocked writer.
class ImageStream {
 public:
  /// `expected` is hex of what `digest` computes; a null `digest` checks nothing.
  ImageStream(std::unique_ptr<boundary::Digest> digest, std::string expected);

  /// cancelled "image.abandoned" once the reader has left.
  Result<void> write(std::string_view bytes);
  /// No more bytes: the end, or the reason why there is none.
  void finish(Result<void> outcome);

  /// Blocks until there are bytes; 0 is the verified end. invalid "image.bad_checksum".
  Result<std::size_t> read(std::span<char> into);
  void abandon();

 private:
  std::size_t readable() const;

  std::unique_ptr<boundary::Digest> digest_;
  const std::string expected_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string buffer_;
  std::size_t taken_ = 0;  ///< of `buffer_`
  std::optional<Error> trouble_;
  bool finished_ = false;  ///< and verified
  bool abandoned_ = false;
};

}  // namespace causeway::services
