#pragma once

#include <optional>

#include "causeway/boundary/blobs.hpp"
#include "causeway/http/open_response.hpp"

/// Sources of bytes as bodies of HTTP, and back.
namespace causeway::adapters {

/// The body of an answer.
class AnswerBytes final : public boundary::ByteSource {
 public:
  explicit AnswerBytes(http::OpenResponse answer) : answer_(std::move(answer)) {}
  Result<std::size_t> read(std::span<char> into) override { return answer_.body->read(into); }
  std::optional<std::uint64_t> length() const override { return answer_.body->length(); }

 private:
  http::OpenResponse answer_;
};

/// A source as an upload. Keeps in `trouble` why the source failed: the transport, and the far side, would call it a broken
/// body. Both outlive it.
class UploadBody final : public http::BodySource {
 public:
  UploadBody(boundary::ByteSource& from, std::optional<Error>& trouble) : from_(from), trouble_(trouble) {}
  Result<std::size_t> read(std::span<char> into) override {
    auto count = from_.read(into);
    if (!count) trouble_ = count.error();
    return count;
  }
  std::optional<std::uint64_t> length() const override { return from_.length(); }

 private:
  boundary::ByteSource& from_;
  std::optional<Error>& trouble_;
};

}  // namespace causeway::adapters
