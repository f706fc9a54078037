#include "causeway/http/upgrade/frame_reader.hpp"

#include <algorithm>

namespace causeway::http {
namespace {

constexpr std::size_t max_control = 125;

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool is_control(WsOpcode opcode) { return (static_cast<unsigned>(opcode) & 0x8) != 0; }

bool is_known(WsOpcode opcode) {
  return opcode <= WsOpcode::binary || (opcode >= WsOpcode::close && opcode <= WsOpcode::pong);
}

FrameReader::Event violation(const char* why, std::uint16_t code = ws_protocol_error) {
  return {FrameReader::Kind::violation, {}, code, why};
}

/// The size of a header whose first two bytes are there.
std::size_t header_size(std::string_view header) {
  const unsigned length = byte_at(header, 1) & 0x7f;
  const std::size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
  const std::size_t key = (byte_at(header, 1) & 0x80) != 0 ? 4 : 0;
  return 2 + extra + key;
}

bool may_be_sent(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1011) || (code >= 3000 && code <= 4999);
}

}  // namespace

bool FrameReader::fill_header(std::span<char> bytes, std::size_t& used) {
  for (;;) {
    const std::size_t wanted = header_.size() < 2 ? 2 : header_size(header_);
    if (header_.size() == wanted) return true;
    const std::size_t count = std::min(wanted - header_.size(), bytes.size() - used);
    header_.append(bytes.data() + used, count);
    used += count;
    if (header_.size() < wanted) return false;
  }
}

FrameReader::Event FrameReader::open_frame() {
  opcode_ = WsOpcode(byte_at(header_, 0) & 0x0f);
  final_ = (byte_at(header_, 0) & 0x80) != 0;
  if ((byte_at(header_, 0) & 0x70) != 0) return violation("a reserved bit is set");
  if (!is_known(opcode_)) return violation("unknown opcode");
  if ((byte_at(header_, 1) & 0x80) == 0) return violation("a client's frame must be masked");
  const std::size_t key_start = header_.size() - 4;
  left_ = byte_at(header_, 1) & 0x7f;
  if (key_start > 2) left_ = 0;
  for (std::size_t i = 2; i < key_start; ++i) left_ = (left_ << 8) | byte_at(header_, i);
  if ((key_start == 4 && left_ < 126) || (key_start == 10 && (left_ <= 0xffff || (left_ >> 63) != 0))) {
    return violation("the length is not written in the shortest way");
  }
  for (std::size_t i = 0; i < 4; ++i) key_[i] = byte_at(header_, key_start + i);
  key_at_ = 0;
  if (is_control(opcode_)) {
    if (!final_) return violation("a control frame must not be fragmented");
    if (left_ > max_control) return violation("a control frame is too long");
    control_.clear();
  } else {
    if (in_message_ != (opcode_ == WsOpcode::more)) return violation("a fragment is out of order");
    if (!in_message_) message_ = 0;
    in_message_ = true;
    if (left_ > max_message_ - message_) return violation("the message is too long", ws_too_big);
    message_ += left_;
  }
  in_frame_ = true;
  return {};
}

FrameReader::Event FrameReader::check_close() const {
  if (control_.empty()) return {Kind::close, {}, ws_no_code, ""};
  if (control_.size() == 1) return violation("a close code has two bytes");
  const auto code = std::uint16_t((byte_at(control_, 0) << 8) | byte_at(control_, 1));
  if (!may_be_sent(code)) return violation("no such close code");
  return {Kind::close, std::string_view(control_).substr(2), code, ""};
}

FrameReader::Event FrameReader::next(std::span<char> bytes, std::size_t& used) {
  used = 0;
  for (;;) {
    if (!in_frame_) {
      if (!fill_header(bytes, used)) return {};
      if (const Event bad = open_frame(); bad.kind == Kind::violation) return bad;
      header_.clear();
    }
    const auto count = std::size_t(std::min<std::uint64_t>(left_, bytes.size() - used));
    char* const payload = bytes.data() + used;
    for (std::size_t i = 0; i < count; ++i) payload[i] = char(payload[i] ^ char(key_[key_at_++ & 3]));
    used += count;
    left_ -= count;
    if (is_control(opcode_)) control_.append(payload, count);
    if (left_ == 0) in_frame_ = false;
    if (!is_control(opcode_)) {
      if (left_ == 0 && final_) in_message_ = false;
      if (count > 0) return {Kind::data, {payload, count}, 0, ""};
      if (left_ > 0) return {};
      continue;  // an empty fragment
    }
    if (left_ > 0) return {};
    if (opcode_ == WsOpcode::close) return check_close();
    return {opcode_ == WsOpcode::ping ? Kind::ping : Kind::pong, control_, 0, ""};
  }
}

std::string format_frame(WsOpcode opcode, std::string_view payload) {
  std::string out;
  out.reserve(payload.size() + 10);
  out.push_back(char(0x80 | static_cast<unsigned>(opcode)));
  const std::size_t size = payload.size();
  const std::size_t length_bytes = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
  out.push_back(char(length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127));
  for (std::size_t i = length_bytes; i > 0; --i) out.push_back(char((std::uint64_t(size) >> (8 * (i - 1))) & 0xff));
  out.append(payload);
  return out;
}

std::string format_close(std::uint16_t code, std::string_view reason) {
  std::string payload{char(code >> 8), char(code & 0xff)};
  payload.append(reason.substr(0, max_control - 2));
  return format_frame(WsOpcode::close, payload);
}

std::size_t incomplete_tail(std::string_view bytes) {
  const std::size_t most = std::min<std::size_t>(3, bytes.size());
  for (std::size_t have = 1; have <= most; ++have) {
    const unsigned char lead = byte_at(bytes, bytes.size() - have);
    if ((lead & 0xc0) == 0x80) continue;  // within a character: its lead is further in front
    const std::size_t size = lead >= 0xc2 && lead <= 0xdf   ? 2
                             : lead >= 0xe0 && lead <= 0xef ? 3
                             : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                            : 1;
    if (have >= size) return 0;
    if (have == 1) return 1;
    // overlong forms, surrogates and what is beyond U+10FFFF show in the second byte
    const unsigned char second = byte_at(bytes, bytes.size() - have + 1);
    const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high ? have : 0;
  }
  return 0;
}

}  // namespace causeway::http
