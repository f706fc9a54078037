#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "causeway/async/duplex.hpp"

namespace causeway::adapters {

/// The far end of a Duplex that stays within the process: blocking, for tests and fakes. One thread each for reading
/// and writing.
class FarEnd {
 public:
  explicit FarEnd(int fd) : fd_(fd) {}
  ~FarEnd();
  FarEnd(const FarEnd&) = delete;
  FarEnd& operator=(const FarEnd&) = delete;

  /// Something that came; "" when the near side has ended or gone.
  std::string read();
  /// Reads until exactly `size` bytes are there, or the end.
  std::string read_exactly(std::size_t size);
  bool write(std::string_view bytes);
  void end_writing();

 private:
  const int fd_;
};

/// A connected pair: what goes in at one end comes out at the other, with the kernel's own bounds between.
std::pair<std::unique_ptr<async::Duplex>, std::unique_ptr<FarEnd>> make_memory_duplex();

}  // namespace causeway::adapters
