#include "causeway/base/json_stream.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <optional>

namespace causeway {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// The character at the beginning of `text`: how many bytes are it, or are no character; or that more must come.
struct Sequence {
  enum class Kind { good, bad, cut } kind = Kind::good;
  std::size_t length = 1;
};

Sequence sequence_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  std::size_t length = 0;
  unsigned low = 0x80, high = 0xBF;  // of the second byte: no overlong forms, no surrogates, nothing beyond U+10FFFF
  if (first >= 0xC2 && first <= 0xDF) length = 2;
  if (first >= 0xE0 && first <= 0xEF) length = 3;
  if (first >= 0xF0 && first <= 0xF4) length = 4;
  if (length == 0) return {Sequence::Kind::bad, 1};
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size()) return {Sequence::Kind::cut, i};
    if (byte(i) < low || byte(i) > high) return {Sequence::Kind::bad, i};
    low = 0x80;
    high = 0xBF;
  }
  return {Sequence::Kind::good, length};
}

void write_ascii(std::string& out, char c) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (static_cast<unsigned char>(c) >= 0x20) {
    out.push_back(c);
    return;
  }
  out += "\\u00";
  out.push_back(hex[(c >> 4) & 0xf]);
  out.push_back(hex[c & 0xf]);
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

}  // namespace

void JsonTextWriter::append(std::string& out, std::string_view piece) {
  std::string joined;
  if (!held_.empty()) {
    joined = held_ + std::string(piece);
    held_.clear();
    piece = joined;
  }
  out.reserve(out.size() + piece.size());
  while (!piece.empty()) {
    std::size_t plain = 0;
    while (plain < piece.size() && is_plain(piece[plain])) ++plain;
    out.append(piece.substr(0, plain));
    piece.remove_prefix(plain);
    if (piece.empty()) return;
    if (static_cast<unsigned char>(piece.front()) < 0x80) {
      write_ascii(out, piece.front());
      piece.remove_prefix(1);
      continue;
    }
    const auto [kind, length] = sequence_at(piece);
    if (kind == Sequence::Kind::cut) {
      held_ = piece;
      return;
    }
    out.append(kind == Sequence::Kind::good ? piece.substr(0, length) : replacement);
    piece.remove_prefix(length);
  }
}

void JsonTextWriter::finish(std::string& out) {
  if (!held_.empty()) out += replacement;
  held_.clear();
}

namespace {

using boost::json::error_code;

/// What Boost's parser calls. A handler that returns false ends the parse with the error it set; `refusal` says which.
struct Handler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = 256;
  static constexpr std::size_t max_string_size = std::size_t(-1);

  std::string member;
  JsonTextMember::Piece piece;
  std::optional<Error> refusal;
  std::string key;
  bool inside = false, seen = false;

  bool refuse(error_code& failure, Error error) {
    refusal = std::move(error);
    failure = boost::json::error::syntax;
    return false;
  }
  bool wrong_type(error_code& failure, std::string_view what) {
    if (!inside) {
      return refuse(failure, fail(Code::invalid, "field.wrong_type", "The body must be a JSON object, not {}.", what));
    }
    return refuse(failure, fail(Code::invalid, "field.wrong_type", "'{}' must be a string, not {}.", member, what).at(member));
  }
  bool text(error_code& failure, std::string_view part) {
    if (!inside) return wrong_type(failure, "a string");
    if (part.empty()) return true;
    auto taken = piece(part);
    return taken ? true : refuse(failure, std::move(taken).error());
  }
  bool key_ended(error_code& failure) {
    const auto name = std::exchange(key, {});
    if (name != member) {
      return refuse(failure, fail(Code::invalid, "field.unknown", "Additional properties are not allowed ('{}' was unexpected).", name).at(name));
    }
    if (std::exchange(seen, true)) {
      return refuse(failure, fail(Code::invalid, "field.wrong_type", "'{}' is given more than once.", member).at(member));
    }
    return true;
  }

  // the names are the parser's
  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& failure) {
    if (inside) return wrong_type(failure, "an object");
    inside = true;
    return true;
  }
  bool on_object_end(std::size_t, error_code&) { return true; }
  bool on_array_begin(error_code& failure) { return wrong_type(failure, "a list"); }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_key_part(boost::json::string_view part, std::size_t, error_code&) {
    key.append(part.data(), part.size());
    return true;
  }
  bool on_key(boost::json::string_view part, std::size_t, error_code& failure) {
    key.append(part.data(), part.size());
    return key_ended(failure);
  }
  bool on_string_part(boost::json::string_view part, std::size_t, error_code& failure) {
    return text(failure, {part.data(), part.size()});
  }
  bool on_string(boost::json::string_view part, std::size_t, error_code& failure) {
    return text(failure, {part.data(), part.size()});
  }
  bool on_number_part(boost::json::string_view, error_code& failure) { return wrong_type(failure, "a number"); }
  bool on_int64(std::int64_t, boost::json::string_view, error_code& failure) { return wrong_type(failure, "a number"); }
  bool on_uint64(std::uint64_t, boost::json::string_view, error_code& failure) { return wrong_type(failure, "a number"); }
  bool on_double(double, boost::json::string_view, error_code& failure) { return wrong_type(failure, "a number"); }
  bool on_bool(bool, error_code& failure) { return wrong_type(failure, "a boolean"); }
  bool on_null(error_code& failure) { return wrong_type(failure, "null"); }
  bool on_comment_part(boost::json::string_view, error_code&) { return true; }
  bool on_comment(boost::json::string_view, error_code&) { return true; }
};

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

struct JsonTextMember::Impl {
  explicit Impl(const std::string& member, Piece piece) : parser(boost::json::parse_options{}) {
    parser.handler().member = member;
    parser.handler().piece = std::move(piece);
  }
  boost::json::basic_parser<Handler> parser;
  std::uint64_t taken = 0;
  bool any = false;

  Result<void> write(bool more, std::string_view bytes) {
    error_code failure;
    std::size_t used = 0;
    if (!parser.done()) used = parser.write_some(more, bytes.data(), bytes.size(), failure);
    if (parser.handler().refusal) return failed(*parser.handler().refusal);
    if (failure) {
      return failed(Code::invalid, "json.malformed", "Malformed JSON near byte {}: {}.", taken + used, failure.message());
    }
    if (!is_blank(bytes.substr(used))) {
      return failed(Code::invalid, "json.malformed", "Malformed JSON near byte {}: more follows the object.", taken + used);
    }
    taken += bytes.size();
    return {};
  }
};

JsonTextMember::JsonTextMember(std::string member, Piece piece)
    : impl_(std::make_unique<Impl>(member, std::move(piece))) {}
JsonTextMember::~JsonTextMember() = default;

Result<void> JsonTextMember::take(std::string_view bytes) {
  impl_->any = impl_->any || !is_blank(bytes);
  return impl_->write(true, bytes);
}

Result<void> JsonTextMember::finish() {
  auto& handler = impl_->parser.handler();
  if (impl_->any && !impl_->parser.done()) TRY_VOID(impl_->write(false, {}));
  if (handler.seen) return {};
  return failed(fail(Code::invalid, "field.missing", "'{}' is a required property", handler.member).at(handler.member));
}

}  // namespace causeway
