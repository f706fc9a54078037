#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "causeway/base/result.hpp"

/// JSON that is too large to be held: texts written, and read, piece by piece. Pure; an object serves one document, used
/// by one thread.
namespace causeway {

/// The inside of a JSON string. Bytes that are no UTF-8 become U+FFFD, one for each maximal part of a character
/// (Unicode 15, 3.9), wherever the pieces were cut.
class JsonTextWriter {
 public:
  void append(std::string& out, std::string_view piece);
  /// Writes what is held back: the beginning of a character whose rest never came.
  void finish(std::string& out);

 private:
  std::string held_;
};

/// Reads a JSON object that has one member, a string, and hands its text on as it comes, unescaped.
///
/// Errors: invalid "json.malformed"; "field.wrong_type" for an object that is none and a member that is no string;
/// "field.unknown" for any other member; "field.missing"; and what `piece` fails with.
class JsonTextMember {
 public:
  using Piece = std::function<Result<void>(std::string_view)>;
  JsonTextMember(std::string member, Piece piece);
  ~JsonTextMember();
  JsonTextMember(const JsonTextMember&) = delete;
  JsonTextMember& operator=(const JsonTextMember&) = delete;

  Result<void> take(std::string_view bytes);
  /// The document has ended.
  Result<void> finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway
