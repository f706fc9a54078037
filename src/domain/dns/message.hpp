#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/address.hpp"

/// DNS messages (RFC 1035), as far as a name server of containers needs them: questions are read strictly, answers written, and
/// what comes back from another server is recognised but not understood. Pure.
namespace causeway::domain::dns {

using Bytes = std::span<const std::uint8_t>;

inline constexpr std::uint16_t type_a = 1, type_ptr = 12, type_aaaa = 28, type_any = 255;
inline constexpr std::uint16_t class_in = 1;
enum class Rcode : std::uint8_t { no_error = 0, format_error = 1, server_failure = 2, no_such_name = 3, not_implemented = 4, refused = 5 };

inline constexpr std::size_t header_size = 12;
inline constexpr std::size_t plain_limit = 512;    ///< RFC 1035 2.3.4: of a UDP message without EDNS
inline constexpr std::size_t message_limit = 4096; ///< longer ones are not looked at

struct Question {
  std::string name;  ///< lower case, labels joined by '.', no final dot; "" = the root
  std::uint16_t type = 0, klass = 0;
  bool operator==(const Question&) const = default;
};
struct Query {
  std::uint16_t id = 0;
  Question question;
  std::size_t end_of_question = 0;   ///< offset behind it
  std::size_t udp_limit = plain_limit;  ///< what the asker can take: EDNS (RFC 6891), at most `message_limit`
};

/// One standard query with one question; EDNS is understood, other additional records are passed over. invalid "dns.not_a_query"
/// (to be dropped: too short, or an answer), "dns.bad_format" (to be answered so), "dns.opcode" (to be answered "not implemented").
Result<Query> read_query(Bytes message);

/// The answer to `query` (which was `message`): records of the question's type out of `addresses` of its family, or the name
/// `target` for PTR. What does not fit the asker's limit is left out and the answer marked as truncated.
struct Answer {
  Rcode rcode = Rcode::no_error;
  std::vector<IpAddress> addresses;
  std::string target;
  std::uint32_t ttl = 5;  ///< seconds: names leave with their containers
};
std::vector<std::uint8_t> write_answer(Bytes message, const Query& query, const Answer& answer);
/// To something that is no query that we read: the header alone.
std::vector<std::uint8_t> write_refusal(Bytes message, Rcode rcode);

/// Whether `message` is an answer to exactly this question under this id.
bool answers(Bytes message, std::uint16_t id, const Question& question);
void set_id(std::span<std::uint8_t> message, std::uint16_t id);

/// The address that "5.0.20.10.in-addr.arpa" or a name in "ip6.arpa" stands for.
std::optional<IpAddress> address_of_pointer(std::string_view name);

/// A label that `text` may have in a name: lower case; what is no letter, digit, '-' or '_' becomes '-'; 63 at most; no '-' at
/// the ends. "" when nothing is left.
std::string label_of(std::string_view text);

}  // namespace causeway::domain::dns
