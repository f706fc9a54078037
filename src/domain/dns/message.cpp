#include "causeway/domain/dns/message.hpp"

#include <algorithm>
#include <charconv>

namespace causeway::domain::dns {
namespace {

constexpr std::uint16_t flag_answer = 0x8000, opcode_mask = 0x7800, flag_authoritative = 0x0400, flag_truncated = 0x0200,
                        flag_recursion_desired = 0x0100, flag_recursion_available = 0x0080;
constexpr std::uint16_t type_opt = 41;
constexpr std::size_t max_label = 63, max_name = 255;

std::uint16_t number_at(Bytes message, std::size_t at) { return std::uint16_t(message[at] << 8 | message[at + 1]); }

void append_number(std::vector<std::uint8_t>& out, std::uint16_t number) {
  out.push_back(std::uint8_t(number >> 8));
  out.push_back(std::uint8_t(number));
}

bool is_plain(std::uint8_t c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

/// A name without compression, from `at`, which is moved behind it. Bytes that host names do not have are written as "\ddd", so
/// that they equal nothing.
std::optional<std::string> read_name(Bytes message, std::size_t& at) {
  std::string out;
  const std::size_t begin = at;
  while (true) {
    if (at >= message.size()) return std::nullopt;
    const std::size_t length = message[at++];
    if (length == 0) return out;
    if (length > max_label || at + length > message.size() || at + length - begin > max_name) return std::nullopt;
    if (!out.empty()) out += '.';
    for (const auto byte : message.subspan(at, length)) {
      const auto c = std::uint8_t(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
      if (is_plain(c)) {
        out += char(c);
      } else {
        out += fmt::format("\\{:03}", c);
      }
    }
    at += length;
  }
}

std::optional<std::vector<std::uint8_t>> encode_name(std::string_view name) {
  std::vector<std::uint8_t> out;
  while (!name.empty()) {
    const auto dot = std::min(name.find('.'), name.size());
    if (dot == 0 || dot > max_label) return std::nullopt;
    out.push_back(std::uint8_t(dot));
    out.insert(out.end(), name.begin(), name.begin() + std::ptrdiff_t(dot));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  out.push_back(0);
  if (out.size() > max_name) return std::nullopt;
  return out;
}

/// Behind the question: the EDNS record's limit. False when the records do not add up.
bool read_additional(Bytes message, Query& query) {
  std::size_t at = query.end_of_question;
  const std::size_t records = std::size_t(number_at(message, 6)) + number_at(message, 8) + number_at(message, 10);
  for (std::size_t i = 0; i < records; ++i) {
    if (!read_name(message, at) || at + 10 > message.size()) return false;
    if (number_at(message, at) == type_opt) {
      query.udp_limit = std::clamp<std::size_t>(number_at(message, at + 2), plain_limit, message_limit);
    }
    at += 10 + number_at(message, at + 8);
    if (at > message.size()) return false;
  }
  return at == message.size();
}

/// The header of an answer, and the question as it was asked.
std::vector<std::uint8_t> begin_answer(Bytes message, std::size_t end_of_question, Rcode rcode, bool authoritative) {
  std::vector<std::uint8_t> out(message.begin(), message.begin() + std::ptrdiff_t(std::min(end_of_question, message.size())));
  const auto asked = number_at(message, 2);
  const auto flags = std::uint16_t(flag_answer | (asked & (opcode_mask | flag_recursion_desired)) | flag_recursion_available |
                                   (authoritative ? flag_authoritative : 0) | std::uint16_t(rcode));
  out[2] = std::uint8_t(flags >> 8);
  out[3] = std::uint8_t(flags);
  std::fill(out.begin() + 6, out.begin() + header_size, std::uint8_t(0));
  return out;
}

void append_record(std::vector<std::uint8_t>& out, std::uint16_t type, std::uint32_t ttl, Bytes data) {
  append_number(out, 0xc000 | header_size);  // the question's name
  append_number(out, type);
  append_number(out, class_in);
  append_number(out, std::uint16_t(ttl >> 16));
  append_number(out, std::uint16_t(ttl));
  append_number(out, std::uint16_t(data.size()));
  out.insert(out.end(), data.begin(), data.end());
}

constexpr std::size_t record_overhead = 12;

std::optional<IpAddress> v4_of(std::string_view reversed) {
  std::string text;
  while (!reversed.empty()) {
    const auto dot = reversed.rfind('.');
    const auto part = dot == std::string_view::npos ? reversed : reversed.substr(dot + 1);
    text += (text.empty() ? "" : ".") + std::string(part);
    reversed = dot == std::string_view::npos ? "" : reversed.substr(0, dot);
  }
  const auto address = IpAddress::parse(text);
  return address && address->is_v4() ? std::optional(*address) : std::nullopt;
}

std::optional<IpAddress> v6_of(std::string_view nibbles) {
  constexpr std::size_t digits = 32;
  if (nibbles.size() != 2 * digits - 1) return std::nullopt;
  IpAddress::V6Bytes bytes{};
  for (std::size_t i = 0; i < digits; ++i) {
    if (i > 0 && nibbles[2 * i - 1] != '.') return std::nullopt;
    std::uint8_t value = 0;
    const char* digit = nibbles.data() + 2 * i;
    if (std::from_chars(digit, digit + 1, value, 16).ec != std::errc()) return std::nullopt;
    bytes[15 - i / 2] = std::uint8_t(bytes[15 - i / 2] | (i % 2 == 0 ? value : value << 4));
  }
  return IpAddress::v6(bytes);
}

}  // namespace

Result<Query> read_query(Bytes message) {
  if (message.size() < header_size) return failed(Code::invalid, "dns.not_a_query", "Too short.");
  const auto flags = number_at(message, 2);
  if ((flags & flag_answer) != 0) return failed(Code::invalid, "dns.not_a_query", "An answer.");
  if ((flags & opcode_mask) != 0) return failed(Code::invalid, "dns.opcode", "Not a standard query.");
  const auto bad = [] { return failed(Code::invalid, "dns.bad_format", "Not one question, or cut off."); };
  if (message.size() > message_limit || number_at(message, 4) != 1) return bad();
  Query query;
  query.id = number_at(message, 0);
  std::size_t at = header_size;
  auto name = read_name(message, at);
  if (!name || at + 4 > message.size()) return bad();
  query.question = {*std::move(name), number_at(message, at), number_at(message, at + 2)};
  query.end_of_question = at + 4;
  if (!read_additional(message, query)) return bad();
  return query;
}

std::vector<std::uint8_t> write_answer(Bytes message, const Query& query, const Answer& answer) {
  auto out = begin_answer(message, query.end_of_question, answer.rcode, answer.rcode == Rcode::no_error || answer.rcode == Rcode::no_such_name);
  std::uint16_t records = 0;
  const auto add = [&](std::uint16_t type, Bytes data) {
    if (out.size() + record_overhead + data.size() > query.udp_limit) {
      out[2] |= flag_truncated >> 8;
      return;
    }
    append_record(out, type, answer.ttl, data);
    ++records;
  };
  for (const auto& address : answer.addresses) {
    const auto type = address.is_v4() ? type_a : type_aaaa;
    if (query.question.type == type || query.question.type == type_any) add(type, address.bytes());
  }
  if (!answer.target.empty() && (query.question.type == type_ptr || query.question.type == type_any)) {
    if (const auto target = encode_name(answer.target)) add(type_ptr, *target);
  }
  out[6] = std::uint8_t(records >> 8);
  out[7] = std::uint8_t(records);
  return out;
}

std::vector<std::uint8_t> write_refusal(Bytes message, Rcode rcode) {
  auto out = begin_answer(message, header_size, rcode, false);
  out[4] = out[5] = 0;
  return out;
}

bool answers(Bytes message, std::uint16_t id, const Question& question) {
  if (message.size() < header_size || number_at(message, 0) != id || (number_at(message, 2) & flag_answer) == 0 || number_at(message, 4) != 1) return false;
  std::size_t at = header_size;
  const auto name = read_name(message, at);
  return name == question.name && at + 4 <= message.size() && number_at(message, at) == question.type && number_at(message, at + 2) == question.klass;
}

void set_id(std::span<std::uint8_t> message, std::uint16_t id) {
  message[0] = std::uint8_t(id >> 8);
  message[1] = std::uint8_t(id);
}

std::optional<IpAddress> address_of_pointer(std::string_view name) {
  constexpr std::string_view v4_zone = ".in-addr.arpa", v6_zone = ".ip6.arpa";
  if (name.ends_with(v4_zone)) return v4_of(name.substr(0, name.size() - v4_zone.size()));
  if (name.ends_with(v6_zone)) return v6_of(name.substr(0, name.size() - v6_zone.size()));
  return std::nullopt;
}

std::string label_of(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, max_label)) {
    const auto lower = std::uint8_t(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    out += is_plain(lower) ? char(lower) : '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  out.erase(0, std::min(out.find_first_not_of('-'), out.size()));
  return out;
}

}  // namespace causeway::domain::dns
