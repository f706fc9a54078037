#include <sys/stat.h>

#include "causeway/adapters/system/pki.hpp"
#include "http_fixture.hpp"

namespace causeway::http {
namespace {

using adapters::CertificateRequest;

/// A server that demands client certificates of the authority "ours", and a second authority that nobody trusts.
class TlsTest : public HttpTest {
 protected:
  void SetUp() override {
    for (const char* authority : {"ours", "theirs"}) {
      ASSERT_TRUE(adapters::make_authority(pem(authority), key(authority), authority));
    }
    issue("ours", "server", {.common_name = "region:One", .dns_names = {"one.test"}, .ip_addresses = {"127.0.0.1"}});
    issue("ours", "host", {.common_name = "host:One/h1"});
    issue("theirs", "stranger", {.common_name = "host:One/h1", .ip_addresses = {"127.0.0.1"}});
    handler.planning = [](const Request& request) {
      return Handler::Plan{request.method == "PUT" ? Handler::Body::streamed : Handler::Body::whole, 10'000'000};
    };
    handler.handling = [](Request request) {
      return text_response(request.stream ? std::to_string(drain(*request.stream).count) : request.peer.common_name);
    };
  }

  std::string pem(const std::string& name) const { return dir.file(name + ".pem"); }
  std::string key(const std::string& name) const { return dir.file(name + ".key"); }
  void issue(const std::string& authority, const std::string& name, const CertificateRequest& request) {
    const auto issued = adapters::issue_certificate(pem(authority), key(authority), request, pem(name), key(name));
    ASSERT_TRUE(issued) << issued.error().describe();
  }

  void start_tls(const std::string& certificate, const std::string& client_authority) {
    server = std::make_unique<Server>(ServerOptions{.name = "tls"});
    Listen where;
    where.address = "127.0.0.1";
    where.tls = ServerTls{pem(certificate), key(certificate), client_authority.empty() ? "" : pem(client_authority)};
    ASSERT_TRUE(server->listen(where, handler));
    const auto started = server->start();
    ASSERT_TRUE(started) << started.error().describe();
  }
  Endpoint tls_endpoint(const std::string& certificate, const std::string& server_name = "") const {
    Endpoint endpoint;
    endpoint.host = "127.0.0.1";
    endpoint.port = server->port();
    endpoint.tls.emplace();
    endpoint.tls->ca_file = pem("ours");
    if (!certificate.empty()) {
      endpoint.tls->certificate_file = pem(certificate);
      endpoint.tls->key_file = key(certificate);
    }
    endpoint.tls->server_name = server_name;
    return endpoint;
  }
  void expect_refusal(Endpoint endpoint, const std::string& reason = "", const std::string& words = "") {
    Client caller(std::move(endpoint));
    const auto answer = caller.call(get("/"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::unavailable) << answer.error().describe();
    if (!reason.empty()) EXPECT_EQ(answer.error().reason, reason);
    EXPECT_NE(answer.error().message.find(words), std::string::npos) << answer.error().message;
  }
};

TEST_F(TlsTest, proves_both_sides_and_tells_the_handler_who_calls) {
  start_tls("server", "ours");
  for (const char* name : {"", "one.test"}) {
    Client caller(tls_endpoint("host", name));
    for (int i = 0; i < 3; ++i) {
      const auto answer = caller.call(get("/"));
      ASSERT_TRUE(answer) << answer.error().describe();
      EXPECT_EQ(answer->body, "host:One/h1");
    }
  }
}

TEST_F(TlsTest, moves_large_bodies) {
  start_tls("server", "ours");
  Client caller(tls_endpoint("host"));
  for (const bool tells_length : {true, false}) {
    ClientRequest request;
    request.method = "PUT";
    request.source = std::make_unique<TestSource>(3'000'000, tells_length);
    const auto answer = caller.call(std::move(request));
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_EQ(answer->body, "3000000");
  }
}

TEST_F(TlsTest, refuses_a_client_without_a_certificate) {
  start_tls("server", "ours");
  expect_refusal(tls_endpoint(""));
}

TEST_F(TlsTest, refuses_a_client_of_another_authority) {
  start_tls("server", "ours");
  expect_refusal(tls_endpoint("stranger"));
}

TEST_F(TlsTest, refuses_a_server_of_another_authority) {
  start_tls("stranger", "");
  expect_refusal(tls_endpoint("host"), "http.untrusted", "unable to get local issuer certificate");
}

TEST_F(TlsTest, refuses_a_server_with_another_name) {
  start_tls("server", "ours");
  expect_refusal(tls_endpoint("host", "two.test"), "http.untrusted", "hostname mismatch");
  expect_refusal(tls_endpoint("host", "127.0.0.2"), "http.untrusted", "IP address mismatch");
}

TEST_F(TlsTest, says_which_file_it_cannot_use) {
  server = std::make_unique<Server>(ServerOptions{.name = "tls"});
  Listen where;
  where.address = "127.0.0.1";
  where.tls = ServerTls{dir.file("absent.pem"), key("server"), ""};
  ASSERT_TRUE(server->listen(where, handler));
  const auto started = server->start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().reason, "tls.bad_files");
  EXPECT_NE(started.error().message.find("absent.pem"), std::string::npos);
}

TEST_F(TlsTest, notices_a_watcher_that_leaves) {
  std::shared_ptr<StreamWriter> writer;
  handler.handling = [&](Request) {
    Response response;
    response.open_stream = [&](std::shared_ptr<StreamWriter> given) {
      given->write("first");
      writer = std::move(given);
    };
    return response;
  };
  start_tls("server", "ours");
  Client caller(tls_endpoint("host"));
  const auto leave = [](std::string_view) -> Result<void> { return failed(Code::cancelled, "test.leave", "Enough."); };
  EXPECT_FALSE(caller.stream(get("/"), {}, leave));
  EXPECT_TRUE(eventually([&] { return writer && writer->closed(); }));
  server->stop();
}

TEST_F(TlsTest, keeps_its_keys_private) {
  for (const auto& file : {pem("ours"), key("ours"), pem("host"), key("host")}) {
    struct stat status{};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << file;
  }
}

TEST_F(TlsTest, does_not_issue_names_that_would_smuggle_others) {
  const CertificateRequest forged{.common_name = "x", .dns_names = {"a.test,DNS:b.test"}};
  const auto issued = adapters::issue_certificate(pem("ours"), key("ours"), forged, pem("x"), key("x"));
  ASSERT_FALSE(issued);
  EXPECT_EQ(issued.error().reason, "pki.bad_name");
}

}  // namespace
}  // namespace causeway::http
