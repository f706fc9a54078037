#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace causeway::async {

/// A stream of bytes in both directions that somebody else's event loop moves: it never blocks, and says what to wait
/// for.
///
/// Lifetime: owns its connection, which ends with it. Concurrency: one thread at a time. Failure: `broken`, after which
/// nothing works any more.
class Duplex {
 public:
  virtual ~Duplex() = default;

  /// `ended`: the far side will say nothing more (it may still listen). `wants_read`, `wants_write`: try again once
  /// fd() is ready for that.
  enum class State { moved, ended, wants_read, wants_write, broken };
  struct Moved {
    State state = State::broken;
    std::size_t count = 0;  ///< bytes, with State::moved; never 0 then
  };
  virtual Moved try_read(std::span<char> into) = 0;
  virtual Moved try_write(std::string_view bytes) = 0;
  /// Tells the far side that nothing more will come; reading goes on.
  virtual void end_writing() = 0;
  /// What to wait on. The same for the whole life; it is not to be read, written or closed.
  virtual int fd() const = 0;
};

}  // namespace causeway::async
