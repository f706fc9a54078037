#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "causeway/api/kit/route.hpp"
#include "causeway/boundary/blobs.hpp"

namespace causeway::api {

/// Carries sources that are silent for long (followed logs) to answers that stay open. Reading such a source blocks, so
/// each has a thread of its own and none of the server's workers waits for it; how many there are is bounded, in all and for
/// each owner.
///
/// A source that ends, ends the answer; one that breaks off breaks the answer off visibly; when the client leaves, the
/// source is stopped. A slow client holds the source back: no more than a few pieces wait for it.
/// Lifetime: outlives the server that serves its answers. Concurrency: thread-safe. Fails: exhausted "streams.too_many",
/// and whatever opening the source fails with, before anything was answered.
class StreamPumps {
 public:
  StreamPumps(std::size_t most, std::size_t most_of_one);
  /// Stops all, and waits for their threads.
  ~StreamPumps();
  StreamPumps(const StreamPumps&) = delete;
  StreamPumps& operator=(const StreamPumps&) = delete;

  /// Opens a source; the token tells it that its client left.
  using Open = std::function<Result<std::unique_ptr<boundary::ByteSource>>(std::stop_token)>;
  Result<Reply> carry(const std::string& owner, const Open& open, std::string content_type);
  std::size_t open_streams() const;
  void stop();

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

/// A source as the body of an answer.
std::unique_ptr<http::BodySource> body_of_source(std::unique_ptr<boundary::ByteSource> source);
/// The body of a streamed request; also serves one that came whole. Refers to the call, which outlives it.
class RequestBytes final : public boundary::ByteSource {
 public:
  explicit RequestBytes(Call& call) : stream_(call.stream.get()), rest_(call.request.body) {}
  Result<std::size_t> read(std::span<char> into) override;
  std::optional<std::uint64_t> length() const override;
  /// Takes what is left, up to a bound, so that a client that sends its whole body before it reads sees our answer
  /// instead of a broken connection.
  void drain();

 private:
  http::BodySource* stream_;
  std::string_view rest_;
};

}  // namespace causeway::api
