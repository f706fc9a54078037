#pragma once

#include <memory>
#include <string>

#include "causeway/base/base64_stream.hpp"
#include "causeway/base/json_stream.hpp"
#include "causeway/boundary/blobs.hpp"
#include "causeway/http/message.hpp"

/// JSON whose one large string is never held: it is written, or read, as it comes.
namespace causeway::api::zun {

/// How bytes stand in a JSON string: as the text that they are (what is no UTF-8 is replaced), or as base64.
enum class BytesAs { text, base64 };

/// An answer: `before`, the string with the bytes of a source, `after`. Breaks off when the source does.
class JsonBytesBody final : public http::BodySource {
 public:
  JsonBytesBody(std::string before, std::unique_ptr<boundary::ByteSource> bytes, BytesAs as, std::string after);
  /// Waits for the first bytes, so that a source that fails at once can still be answered with an error.
  Result<void> begin();
  Result<std::size_t> read(std::span<char> into) override;

 private:
  Result<void> more();

  std::unique_ptr<boundary::ByteSource> bytes_;
  const BytesAs as_;
  const std::string after_;
  JsonTextWriter text_;
  Base64Encoder base64_;
  std::string raw_, ready_;
  std::size_t taken_ = 0;  ///< of `ready_`
  bool ended_ = false;
};

/// The other way: the bytes of the string "data" of a JSON object that is the body of a request. One thread.
///
/// Fails: as JsonTextMember, invalid "archive.bad_base64" at "data", and as the body does.
class JsonBytesSource final : public boundary::ByteSource {
 public:
  JsonBytesSource(boundary::ByteSource& body, BytesAs as);
  JsonBytesSource(const JsonBytesSource&) = delete;
  JsonBytesSource& operator=(const JsonBytesSource&) = delete;

  /// Reads ahead, so that what is wrong with a document of up to a megabyte is known before the first byte of it is
  /// handed on.
  Result<void> begin();
  Result<std::size_t> read(std::span<char> into) override;
  /// Known when the whole document was read ahead.
  std::optional<std::uint64_t> length() const override;

 private:
  Result<void> more();
  Result<void> take(std::string_view piece);

  boundary::ByteSource& body_;
  const BytesAs as_;
  JsonTextMember reader_;
  Base64Decoder base64_;
  std::string raw_, ready_;
  std::size_t taken_ = 0;  ///< of `ready_`
  bool ended_ = false;
  bool whole_ = false;  ///< `ready_` is all there is
};

}  // namespace causeway::api::zun
