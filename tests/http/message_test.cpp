#include "causeway/http/message.hpp"

#include <gtest/gtest.h>

#include "causeway/http/client.hpp"
#include "causeway/http/server/request_parser.hpp"
#include "causeway/http/server/response_head.hpp"

namespace causeway::http {
namespace {

TEST(Headers, are_found_without_regard_to_case_and_keep_their_order) {
  Headers headers;
  headers.add("X-One", "1");
  headers.add("x-two", "2");
  headers.add("X-ONE", "3");
  EXPECT_EQ(headers.get("x-one"), "1");
  headers.set("x-ONE", "4");
  EXPECT_EQ(headers.all().size(), 2u);
  EXPECT_EQ(headers.get("X-One"), "4");
  EXPECT_FALSE(headers.find("x-three"));
}

TEST(Query, decodes_names_and_values_and_keeps_what_stands_twice) {
  const auto query = Query::parse("a=1&b=x%20y&a=p+q&flag&&bad=%zz");
  EXPECT_EQ(query.all_of("a"), (std::vector<std::string_view>{"1", "p q"}));
  EXPECT_EQ(query.find("b"), "x y");
  EXPECT_EQ(query.find("flag"), "");
  EXPECT_EQ(query.find("bad"), "%zz");
  EXPECT_FALSE(query.find("c"));
  EXPECT_TRUE(Query::parse("").empty());
}

TEST(Endpoint, is_read_from_a_url) {
  const auto plain = Endpoint::parse("http://example.net:8080");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "example.net");
  EXPECT_EQ(plain->port, 8080);
  EXPECT_EQ(plain->describe(), "http://example.net:8080");
  const auto secure = Endpoint::parse("https://[::1]/");
  ASSERT_TRUE(secure);
  EXPECT_TRUE(secure->tls);
  EXPECT_EQ(secure->describe(), "https://[::1]:443");
  const auto local = Endpoint::parse("unix:///run/docker.sock");
  ASSERT_TRUE(local);
  EXPECT_EQ(local->unix_path, "/run/docker.sock");
}

TEST(Endpoint, refuses_what_is_more_or_less_than_an_authority) {
  for (const char* wrong : {"", "example.net", "ftp://a", "http://", "http://a/path", "http://a:0", "http://a:70000",
                            "http://a:1x", "http://u@a", "unix://relative", "http://[::1"}) {
    EXPECT_FALSE(Endpoint::parse(wrong)) << wrong;
  }
}

TEST(ResponseHead, cannot_be_forged_by_a_value) {
  Response response;
  response.headers.add("Location", "/a\r\nSet-Cookie: evil=1");
  response.headers.add("Content-Length", "999");
  const auto head = format_head(response, {.framing = Framing::length, .length = 3});
  EXPECT_EQ(head.find("\r\nSet-Cookie"), std::string::npos);
  EXPECT_NE(head.find("Content-Length: 3\r\n"), std::string::npos);
  EXPECT_EQ(head.find("999"), std::string::npos);
}

std::optional<int> refusal_of_head(const std::string& head) {
  HeadScanner scanner(1024);
  const auto found = scanner.scan(head);
  if (found == HeadScanner::Found::refused) return scanner.refusal().status;
  if (found == HeadScanner::Found::more) return 0;
  RequestParser parser;
  const auto refusal = parser.take_head(head.substr(0, scanner.size()));
  return refusal ? std::optional<int>(refusal->status) : std::nullopt;
}

TEST(RequestParser, refuses_heads_that_others_could_read_differently) {
  const std::string host = "Host: a\r\n";
  const std::string post = "POST / HTTP/1.1\r\n" + host;
  EXPECT_EQ(refusal_of_head(post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of_head(post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of_head(post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of_head(post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of_head(post + "Content-Length: 3, 3\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of_head(post + "Content-Length: +3\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of_head(post + "Content-Length: 99999999999999999999\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of_head(post + "Transfer-Encoding: gzip\r\n\r\n"), 501);
  EXPECT_EQ(refusal_of_head(post + "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501);
  EXPECT_EQ(refusal_of_head("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of_head("GET / HTTP/1.1\r\n\r\n"), 400) << "no Host";
  EXPECT_EQ(refusal_of_head("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of_head("GET / HTTP/1.1\nHost: a\n\n"), 400) << "bare LF";
  EXPECT_EQ(refusal_of_head("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of_head("GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n"), 400) << "space before the colon";
  EXPECT_EQ(refusal_of_head("\x16\x03\x01"), 400) << "a TLS client";
}

TEST(RequestParser, accepts_what_is_right) {
  EXPECT_EQ(refusal_of_head("GET / HTTP/1.1\r\nHost: \r\n\r\n"), std::nullopt) << "Docker's plugin client";
  EXPECT_EQ(refusal_of_head("GET / HTTP/1.0\r\n\r\n"), std::nullopt);
  EXPECT_EQ(refusal_of_head("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"), std::nullopt);
}

TEST(RequestParser, keeps_trailers_out_of_the_headers_and_reads_absolute_targets) {
  RequestParser parser;
  ASSERT_FALSE(parser.take_head("POST http://h:1/p/q?x=1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"));
  std::string body;
  const std::string_view bytes = "3\r\nabc\r\n0\r\nX-Auth-Token: stolen\r\n\r\n";
  EXPECT_EQ(parser.take_body(bytes, body).used, bytes.size());
  EXPECT_TRUE(parser.done());
  EXPECT_EQ(body, "abc");
  EXPECT_FALSE(parser.request().headers.find("X-Auth-Token"));
  EXPECT_EQ(parser.request().path, "/p/q");
  EXPECT_EQ(parser.request().query.find("x"), "1");
}

TEST(RequestParser, understands_a_chunked_body_cut_at_any_byte) {
  const std::string bytes = "4;ext=1\r\nabcd\r\n00a\r\n0123456789\r\n0\r\n\r\n";
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    RequestParser parser;
    ASSERT_FALSE(parser.take_head("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"));
    std::string body;
    const auto first = parser.take_body(std::string_view(bytes).substr(0, cut), body);
    const auto second = parser.take_body(std::string_view(bytes).substr(first.used), body);
    EXPECT_TRUE(parser.done()) << cut;
    EXPECT_EQ(first.used + second.used, bytes.size());
    EXPECT_EQ(body, "abcd0123456789") << cut;
  }
}

}  // namespace
}  // namespace causeway::http
