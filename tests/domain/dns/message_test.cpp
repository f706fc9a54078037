#include "causeway/domain/dns/message.hpp"

#include <gtest/gtest.h>

#include <random>

namespace causeway::domain::dns {
namespace {

using Message = std::vector<std::uint8_t>;

void append(Message& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }

Message name_bytes(std::string_view name) {
  Message out;
  while (!name.empty()) {
    const auto dot = std::min(name.find('.'), name.size());
    out.push_back(std::uint8_t(dot));
    append(out, name.substr(0, dot));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  out.push_back(0);
  return out;
}

Message question(std::string_view name, std::uint16_t type, std::uint16_t flags = 0x0100) {
  Message out{0x12, 0x34, std::uint8_t(flags >> 8), std::uint8_t(flags), 0, 1, 0, 0, 0, 0, 0, 0};
  const auto encoded = name_bytes(name);
  out.insert(out.end(), encoded.begin(), encoded.end());
  for (const auto number : {type, class_in}) {
    out.push_back(std::uint8_t(number >> 8));
    out.push_back(std::uint8_t(number));
  }
  return out;
}

std::string reason(const Message& message) {
  const auto query = read_query(message);
  return query ? "ok" : query.error().reason;
}

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

TEST(DnsMessage, reads_one_question) {
  const auto query = read_query(question("Web.Net1", type_aaaa));
  ASSERT_TRUE(query);
  EXPECT_EQ(query->id, 0x1234);
  EXPECT_EQ(query->question, (Question{"web.net1", type_aaaa, class_in}));
  EXPECT_EQ(query->udp_limit, 512u);
  EXPECT_EQ(read_query(question("", type_a))->question.name, "");
}

TEST(DnsMessage, understands_edns) {
  auto message = question("web", type_a);
  message[11] = 1;
  append(message, std::string_view("\0\0\x29\x05\x00\0\0\0\0\0\0", 11));
  EXPECT_EQ(read_query(message)->udp_limit, 1280u);
  message[message.size() - 8] = 0xff;  // 65280: no more than we look at
  EXPECT_EQ(read_query(message)->udp_limit, message_limit);
  message.pop_back();
  EXPECT_EQ(reason(message), "dns.bad_format");
}

TEST(DnsMessage, refuses_what_is_no_question) {
  struct Case {
    const char* what;
    std::function<void(Message&)> spoil;
    const char* reason;
  };
  const Case cases[] = {
      {"empty", [](Message& m) { m.clear(); }, "dns.not_a_query"},
      {"half a header", [](Message& m) { m.resize(11); }, "dns.not_a_query"},
      {"an answer", [](Message& m) { m[2] |= 0x80; }, "dns.not_a_query"},
      {"an update", [](Message& m) { m[2] |= 0x28; }, "dns.opcode"},
      {"no question", [](Message& m) { m[5] = 0; }, "dns.bad_format"},
      {"two questions", [](Message& m) { m[5] = 2; }, "dns.bad_format"},
      {"a compressed name", [](Message& m) { m[12] = 0xc0; }, "dns.bad_format"},
      {"a label over the end", [](Message& m) { m[12] = 63; }, "dns.bad_format"},
      {"no type", [](Message& m) { m.resize(m.size() - 3); }, "dns.bad_format"},
      {"something behind", [](Message& m) { m.push_back(1); }, "dns.bad_format"},
      {"records that are not there", [](Message& m) { m[11] = 9; }, "dns.bad_format"},
      {"too long", [](Message& m) { m.resize(message_limit + 1); }, "dns.bad_format"},
  };
  for (const auto& c : cases) {
    auto message = question("web.net1", type_a);
    c.spoil(message);
    EXPECT_EQ(reason(message), c.reason) << c.what;
  }
  std::string longest;
  for (int i = 0; i < 5; ++i) longest += (i ? "." : "") + std::string(63, 'a');
  EXPECT_EQ(reason(question(longest, type_a)), "dns.bad_format");
}

TEST(DnsMessage, odd_bytes_equal_no_name) {
  Message message = question("ab", type_a);
  message[14] = '.';
  EXPECT_EQ(read_query(message)->question.name, "a\\046");
}

TEST(DnsMessage, noise_never_leads_astray) {
  std::minstd_rand random(7);
  for (int i = 0; i < 20'000; ++i) {
    auto message = question("web.net1", type_a);
    for (int n = 0; n < 3; ++n) message[random() % message.size()] = std::uint8_t(random());
    message.resize(random() % (message.size() + 1));
    if (const auto query = read_query(message)) {
      const auto answer = write_answer(message, *query, {Rcode::no_error, {ip("10.0.0.1")}, "x.y"});
      EXPECT_LE(answer.size(), query->udp_limit);
    } else if (message.size() >= header_size) {
      EXPECT_EQ(write_refusal(message, Rcode::format_error).size(), header_size);
    }
    (void)answers(message, 1, {"web.net1", type_a, class_in});
  }
}

TEST(DnsMessage, answers_with_addresses_of_the_asked_family) {
  for (const auto& [type, size] : {std::pair{type_a, 4}, std::pair{type_aaaa, 16}}) {
    const auto message = question("web", type);
    const auto query = *read_query(message);
    const auto answer = write_answer(message, query, {Rcode::no_error, {ip("10.0.0.1"), ip("fd00::1")}, ""});
    EXPECT_TRUE(answers(answer, 0x1234, query.question));
    EXPECT_EQ(answer[7], 1);
    EXPECT_EQ(answer.size(), message.size() + 12 + std::size_t(size));
    EXPECT_EQ(answer[3] & 0x0f, 0);
  }
  const auto message = question("web", 16);
  EXPECT_EQ(write_answer(message, *read_query(message), {Rcode::no_error, {ip("10.0.0.1")}, ""}).size(), message.size());  // it exists, without such records
  EXPECT_EQ(write_answer(message, *read_query(message), {Rcode::no_such_name, {}, ""})[3] & 0x0f, 3);
}

TEST(DnsMessage, what_does_not_fit_is_left_out_and_said) {
  std::vector<IpAddress> many;
  for (std::uint32_t i = 0; i < 100; ++i) many.push_back(IpAddress::v4(0x0a000000 + i));
  const auto message = question("web", type_a);
  const auto answer = write_answer(message, *read_query(message), {Rcode::no_error, many, ""});
  EXPECT_LE(answer.size(), 512u);
  EXPECT_TRUE(answer[2] & 0x02);
  EXPECT_EQ(answer[7], (512 - message.size()) / 16);
}

TEST(DnsMessage, knows_an_answer_to_its_question_only) {
  const auto message = question("web", type_a);
  const auto query = *read_query(message);
  const auto answer = write_answer(message, query, {Rcode::no_error, {ip("10.0.0.1")}, ""});
  EXPECT_TRUE(answers(answer, 0x1234, query.question));
  EXPECT_FALSE(answers(answer, 0x1235, query.question));
  EXPECT_FALSE(answers(answer, 0x1234, {"web2", type_a, class_in}));
  EXPECT_FALSE(answers(answer, 0x1234, {"web", type_aaaa, class_in}));
  EXPECT_FALSE(answers(message, 0x1234, query.question));
}

TEST(DnsMessage, pointers_are_addresses) {
  EXPECT_EQ(address_of_pointer("5.0.20.10.in-addr.arpa"), ip("10.20.0.5"));
  EXPECT_EQ(address_of_pointer("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.7.d.f.ip6.arpa"), ip("fd72::1"));
  for (const auto* text : {"0.20.10.in-addr.arpa", "300.0.20.10.in-addr.arpa", "web", "ip6.arpa", "x.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.7.d.f.ip6.arpa"}) {
    EXPECT_EQ(address_of_pointer(text), std::nullopt) << text;
  }
}

TEST(DnsMessage, labels_of_names) {
  EXPECT_EQ(label_of("Web_1"), "web_1");
  EXPECT_EQ(label_of("my container.v2"), "my-container-v2");
  EXPECT_EQ(label_of("--a--"), "a");
  EXPECT_EQ(label_of("\n"), "");
  EXPECT_EQ(label_of(std::string(80, 'a')).size(), 63u);
}

}  // namespace
}  // namespace causeway::domain::dns
