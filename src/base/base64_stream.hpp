#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Base64 (RFC 4648 section 4, with padding) piece by piece: no more than three bytes are ever held back. Pure; an
/// object serves one text, used by one thread.
namespace causeway {

class Base64Encoder {
 public:
  void append(std::string& out, std::string_view bytes);
  /// Writes what is held back, with the padding.
  void finish(std::string& out);

 private:
  std::uint32_t held_ = 0;
  int count_ = 0;  ///< bytes in `held_`
};

/// Blanks and line ends between the letters are passed over, as many encoders write them.
class Base64Decoder {
 public:
  /// False for what is no base64; the decoder is of no use then.
  bool append(std::string& out, std::string_view text);
  /// False when the text broke off.
  bool finish() const { return count_ == 0; }

 private:
  std::uint32_t held_ = 0;
  int count_ = 0;    ///< letters in `held_`, the padding too
  int padding_ = 0;  ///< letters of padding in this group
  bool ended_ = false;
};

}  // namespace causeway
