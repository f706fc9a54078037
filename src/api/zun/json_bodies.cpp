#include "causeway/api/zun/json_bodies.hpp"

#include <algorithm>

namespace causeway::api::zun {
namespace {

constexpr std::size_t piece_size = 64 * 1024;
constexpr std::size_t read_ahead = 1 << 20;

std::size_t hand_out(std::span<char> into, const std::string& ready, std::size_t& taken) {
  const auto count = std::min(into.size(), ready.size() - taken);
  std::copy_n(ready.data() + taken, count, into.data());
  taken += count;
  return count;
}

}  // namespace

JsonBytesBody::JsonBytesBody(std::string before, std::unique_ptr<boundary::ByteSource> bytes, BytesAs as,
                             std::string after)
    : bytes_(std::move(bytes)), as_(as), after_(std::move(after)), ready_(std::move(before)) {
  ready_ += '"';
}

Result<void> JsonBytesBody::begin() { return more(); }

Result<void> JsonBytesBody::more() {
  raw_.resize(piece_size);
  TRY(const auto count, bytes_->read(raw_));
  const std::string_view piece = std::string_view(raw_).substr(0, count);
  if (as_ == BytesAs::base64) {
    base64_.append(ready_, piece);
    if (count == 0) base64_.finish(ready_);
  } else {
    text_.append(ready_, piece);
    if (count == 0) text_.finish(ready_);
  }
  if (count > 0) return {};
  ended_ = true;
  ready_ += '"';
  ready_ += after_;
  return {};
}

Result<std::size_t> JsonBytesBody::read(std::span<char> into) {
  while (taken_ == ready_.size() && !ended_) {
    ready_.clear();
    taken_ = 0;
    TRY_VOID(more());
  }
  return hand_out(into, ready_, taken_);
}

JsonBytesSource::JsonBytesSource(boundary::ByteSource& body, BytesAs as)
    : body_(body), as_(as), reader_("data", [this](std::string_view piece) { return take(piece); }) {}

Result<void> JsonBytesSource::take(std::string_view piece) {
  if (as_ == BytesAs::text) {
    ready_.append(piece);
    return {};
  }
  if (base64_.append(ready_, piece)) return {};
  return failed(fail(Code::invalid, "archive.bad_base64", "'data' is not base64.").at("data"));
}

Result<void> JsonBytesSource::more() {
  raw_.resize(piece_size);
  TRY(const auto count, body_.read(raw_));
  if (count > 0) return reader_.take(std::string_view(raw_).substr(0, count));
  TRY_VOID(reader_.finish());
  if (!base64_.finish()) return failed(fail(Code::invalid, "archive.bad_base64", "'data' is base64 that breaks off.").at("data"));
  ended_ = true;
  return {};
}

Result<void> JsonBytesSource::begin() {
  while (!ended_ && ready_.size() < read_ahead) TRY_VOID(more());
  whole_ = ended_;
  return {};
}

Result<std::size_t> JsonBytesSource::read(std::span<char> into) {
  while (taken_ == ready_.size() && !ended_) {
    ready_.clear();
    taken_ = 0;
    TRY_VOID(more());
  }
  return hand_out(into, ready_, taken_);
}

std::optional<std::uint64_t> JsonBytesSource::length() const {
  return whole_ ? std::optional<std::uint64_t>(ready_.size()) : std::nullopt;
}

}  // namespace causeway::api::zun
