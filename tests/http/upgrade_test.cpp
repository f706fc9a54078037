#include "causeway/http/upgrade.hpp"

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "causeway/adapters/memory/memory_duplex.hpp"
#include "causeway/adapters/system/pki.hpp"
#include "causeway/http/upgrade/frame_reader.hpp"
#include "http_fixture.hpp"
#include "ws_frames.hpp"

namespace causeway::http {
namespace {

using adapters::FarEnd;

/// A server whose /ws is a WebSocket and whose /tunnel is a tunnel; the targets' far ends are the test's.
class UpgradeTest : public HttpTest {
 protected:
  void SetUp() override {
    handler.handling = [this](Request request) {
      const bool websocket = request.path == "/ws";
      if (websocket) {
        if (auto refusal = refuse_handshake(request, "binary")) return *std::move(refusal);
      } else if (!asks_for(request, "causeway-stream")) {
        return text_response("no tunnel asked for", 400);
      }
      auto [near, far] = adapters::make_memory_duplex();
      {
        std::lock_guard lock(mutex_);
        far_ends_.push_back(std::move(far));
      }
      if (!websocket) return tunnel_response("causeway-stream", std::move(near));
      Upgrade upgrade;
      upgrade.target = std::move(near);
      upgrade.ping_after = ping_after;
      upgrade.max_message = 100'000;
      return websocket_response(request, "binary", std::move(upgrade));
    };
  }

  std::unique_ptr<FarEnd> target() {
    EXPECT_TRUE(eventually([this] {
      std::lock_guard lock(mutex_);
      return !far_ends_.empty();
    }));
    std::lock_guard lock(mutex_);
    auto out = std::move(far_ends_.front());
    far_ends_.pop_front();
    return out;
  }

  static std::string handshake(const std::string& more = "Sec-WebSocket-Protocol: binary, base64\r\n") {
    return "GET /ws HTTP/1.1\r\nHost: test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: "
           "WebSocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           more + "\r\n";
  }
  /// The next frame of the server: its first byte, then the payload.
  static std::pair<unsigned, std::string> next_frame(RawPeer& peer) {
    std::string head = peer.read_exactly(2);
    if (head.size() < 2) return {0, "the end"};
    std::size_t size = static_cast<unsigned char>(head[1]);
    if (size == 126) {
      const std::string more = peer.read_exactly(2);
      size = std::size_t(static_cast<unsigned char>(more[0])) << 8 | static_cast<unsigned char>(more[1]);
    }
    return {static_cast<unsigned char>(head[0]), peer.read_exactly(size)};
  }
  static constexpr unsigned binary = 0x82, close = 0x88, ping = 0x89, pong = 0x8a;
  static std::string close_payload(int code, const std::string& why = "") {
    return std::string{char(code >> 8), char(code & 0xff)} + why;
  }

  std::chrono::milliseconds ping_after{0};

 private:
  std::mutex mutex_;
  std::deque<std::unique_ptr<FarEnd>> far_ends_;
};

TEST_F(UpgradeTest, shakes_hands_as_the_rfc_shows) {
  start();
  RawPeer client = peer();
  client.send(handshake());
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << head;
  EXPECT_NE(head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("Sec-WebSocket-Protocol: binary\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("Connection: Upgrade\r\n"), std::string::npos) << head;
  RawPeer other = peer();
  other.send(handshake(""));
  EXPECT_EQ(other.read_until("\r\n\r\n").find("Sec-WebSocket-Protocol"), std::string::npos) << "it was not offered";
}

TEST_F(UpgradeTest, refuses_a_bad_handshake) {
  start();
  const auto answer_to = [this](const std::string& request) {
    RawPeer client = peer();
    client.send(request);
    return client.read_until("\r\n\r\n").substr(0, 12);
  };
  std::string bad_key = handshake(), old_version = handshake(), no_upgrade = handshake(), post = handshake();
  bad_key.replace(bad_key.find("dGhl"), 4, "dG l");
  old_version.replace(old_version.find("13\r\n"), 2, "8");
  no_upgrade.replace(no_upgrade.find("WebSocket\r\n"), 9, "h2c");
  post.replace(0, 3, "PUT");
  EXPECT_EQ(answer_to(bad_key), "HTTP/1.1 400");
  EXPECT_EQ(answer_to(old_version), "HTTP/1.1 426");
  EXPECT_EQ(answer_to(no_upgrade), "HTTP/1.1 426");
  EXPECT_EQ(answer_to(post), "HTTP/1.1 426");
  EXPECT_EQ(answer_to(handshake("Sec-WebSocket-Protocol: base64\r\n")), "HTTP/1.1 400");
  EXPECT_EQ(answer_to("GET /ws HTTP/1.1\r\nHost: test\r\n\r\n"), "HTTP/1.1 426");
}

TEST_F(UpgradeTest, carries_bytes_both_ways) {
  start();
  RawPeer client = peer();
  // the first message comes in one packet with the handshake
  client.send(handshake() + client_frame(0x82, "typed"));
  client.read_until("\r\n\r\n");
  const auto far = target();
  EXPECT_EQ(far->read_exactly(5), "typed");
  client.send(client_frame(0x02, "in ") + client_frame(0x00, "three ") + client_frame(0x80, "parts") +
              client_frame(0x81, "!"));
  EXPECT_EQ(far->read_exactly(15), "in three parts!");
  far->write("echo");
  EXPECT_EQ(next_frame(client), (std::pair{binary, std::string("echo")}));
}

TEST_F(UpgradeTest, never_cuts_a_character) {
  start();
  RawPeer client = peer();
  client.send(handshake());
  client.read_until("\r\n\r\n");
  const auto far = target();
  far->write("price: \xe2\x82");
  EXPECT_EQ(next_frame(client), (std::pair{binary, std::string("price: ")}));
  far->write("\xac.");
  EXPECT_EQ(next_frame(client), (std::pair{binary, std::string("\xe2\x82\xac.")}));
  // one that stays half goes out after a moment, and bytes that are no text go through
  far->write("\xf0\x9f");
  EXPECT_EQ(next_frame(client), (std::pair{binary, std::string("\xf0\x9f")}));
  far->write("\xff\xfe\x80 raw");
  EXPECT_EQ(next_frame(client), (std::pair{binary, std::string("\xff\xfe\x80 raw")}));
  far->write("end\xc3");
  EXPECT_EQ(next_frame(client), (std::pair{binary, std::string("end")}));
  far->end_writing();
  EXPECT_EQ(next_frame(client), (std::pair{binary, std::string("\xc3")})) << "the end flushes the rest";
  EXPECT_EQ(next_frame(client), (std::pair{close, close_payload(1000)}));
}

TEST_F(UpgradeTest, closes_normally_when_the_target_ends) {
  start();
  RawPeer client = peer();
  client.send(handshake());
  client.read_until("\r\n\r\n");
  target()->write("bye");
  EXPECT_EQ(next_frame(client), (std::pair{binary, std::string("bye")}));
  EXPECT_EQ(next_frame(client), (std::pair{close, close_payload(1000)}));
  client.send(client_frame(0x88, close_payload(1000)));
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(UpgradeTest, tells_the_target_that_its_client_left) {
  start();
  for (const bool politely : {true, false}) {
    RawPeer client = peer();
    client.send(handshake());
    client.read_until("\r\n\r\n");
    const auto far = target();
    client.send(client_frame(0x82, "last words"));
    if (politely) {
      client.send(client_frame(0x88, close_payload(1001)));
      EXPECT_EQ(next_frame(client), (std::pair{close, close_payload(1001)}));
      EXPECT_EQ(client.read_to_end(), "") << "the client need not wait for the target";
    } else {
      client.close();
    }
    EXPECT_EQ(far->read_exactly(10), "last words");
    EXPECT_EQ(far->read(), "") << "the target sees the end";
  }
}

TEST_F(UpgradeTest, answers_pings_and_closes_on_what_is_forbidden) {
  start();
  RawPeer client = peer();
  client.send(handshake());
  client.read_until("\r\n\r\n");
  client.send(client_frame(0x89, "are you there"));
  EXPECT_EQ(next_frame(client), (std::pair{pong, std::string("are you there")}));
  client.send("\x82\x01x");
  EXPECT_EQ(next_frame(client).second.substr(0, 2), close_payload(1002));
  RawPeer second = peer();
  second.send(handshake());
  second.read_until("\r\n\r\n");
  second.send(client_frame(0x82, std::string(100'001, 'x')));
  EXPECT_EQ(next_frame(second).second.substr(0, 2), close_payload(1009));
}

TEST_F(UpgradeTest, gives_up_a_client_that_shows_no_life) {
  ping_after = 500ms;
  start();
  RawPeer client = peer();
  client.send(handshake());
  client.read_until("\r\n\r\n");
  const auto far = target();
  for (int times = 0; times < 3; ++times) {
    ASSERT_EQ(next_frame(client).first, ping) << "it answered: it is asked again after a while";
    client.send(client_frame(0x8a, ""));
  }
  EXPECT_EQ(next_frame(client).first, ping);
  EXPECT_EQ(far->read(), "") << "it did not answer";
}

TEST_F(UpgradeTest, stops_reading_a_side_while_the_other_does_not_listen) {
  start();
  RawPeer client = peer();
  client.send(handshake());
  client.read_until("\r\n\r\n");
  const auto far = target();
  std::atomic<std::size_t> pushed = 0;
  std::thread producer([&] {
    const std::string piece(64 * 1024, 'p');
    for (int i = 0; i < 1024 && far->write(piece); ++i) pushed += piece.size();
  });
  // a client that does not read lets the producer get no further than the kernel's buffers reach
  std::size_t before = 1;
  EXPECT_TRUE(eventually([&] {
    std::this_thread::sleep_for(100ms);
    return std::exchange(before, pushed.load()) == pushed;
  }));
  EXPECT_LT(pushed.load(), std::size_t{64} << 20);
  std::size_t received = 0;
  while (received < std::size_t{64} << 20) {
    const auto [kind, bytes] = next_frame(client);
    ASSERT_EQ(kind, binary);
    received += bytes.size();
  }
  producer.join();
  EXPECT_EQ(received, std::size_t{64} << 20);
}

TEST_F(UpgradeTest, says_that_it_goes_away_when_the_server_stops) {
  start();
  RawPeer client = peer();
  client.send(handshake());
  client.read_until("\r\n\r\n");
  const auto far = target();
  std::thread stopper([this] { server->stop(); });
  EXPECT_EQ(next_frame(client).second.substr(0, 2), close_payload(1001));
  client.close();
  stopper.join();
  EXPECT_EQ(far->read(), "");
}

TEST_F(UpgradeTest, tunnels_bytes_between_client_and_target) {
  start();
  auto dialled = client().upgrade(get("/tunnel"), "causeway-stream");
  ASSERT_TRUE(dialled) << dialled.error().describe();
  ASSERT_EQ(dialled->response.status, 101);
  ASSERT_NE(dialled->stream, nullptr);
  const auto far = target();
  EXPECT_EQ(dialled->stream->try_write("up").count, 2u);
  EXPECT_EQ(far->read_exactly(2), "up");
  far->write("down");
  std::string in(10, '\0');
  EXPECT_TRUE(eventually([&] { return dialled->stream->try_read(in).count == 4; }));
  EXPECT_EQ(in.substr(0, 4), "down");
  // half of it: the target hears the end, and may still speak
  dialled->stream->end_writing();
  EXPECT_EQ(far->read(), "");
  far->write("more");
  EXPECT_TRUE(eventually([&] { return dialled->stream->try_read(in).count == 4; }));
  far->end_writing();
  EXPECT_TRUE(eventually([&] { return dialled->stream->try_read(in).state == async::Duplex::State::ended; }));
}

TEST_F(UpgradeTest, gives_a_refusal_to_a_client_that_wants_to_switch) {
  start();
  const auto refused = client().upgrade(get("/tunnel"), "something-else");
  ASSERT_TRUE(refused) << refused.error().describe();
  EXPECT_EQ(refused->response.status, 400);
  EXPECT_EQ(refused->response.body, "no tunnel asked for");
  EXPECT_EQ(refused->stream, nullptr);
}

/// client -- WebSocket -- server -- TLS tunnel -- server -- target: the way of a console through a region to its host.
TEST_F(UpgradeTest, chains_a_websocket_through_a_tunnel_over_tls) {
  start();
  const auto pem = [this](const std::string& name) { return dir.file(name + ".pem"); };
  const auto key = [this](const std::string& name) { return dir.file(name + ".key"); };
  ASSERT_TRUE(adapters::make_authority(pem("ca"), key("ca"), "ca"));
  adapters::CertificateRequest request;
  request.common_name = "host";
  request.ip_addresses = {"127.0.0.1"};
  ASSERT_TRUE(adapters::issue_certificate(pem("ca"), key("ca"), request, pem("host"), key("host")));
  Server inner(ServerOptions{.name = "inner"});
  Listen where;
  where.address = "127.0.0.1";
  where.tls = ServerTls{pem("host"), key("host"), pem("ca")};
  TestHandler tunnels;
  tunnels.handling = handler.handling;
  ASSERT_TRUE(inner.listen(where, tunnels));
  ASSERT_TRUE(inner.start());
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = inner.port();
  endpoint.tls = ClientTls{pem("ca"), pem("host"), key("host"), ""};
  Client to_inner(endpoint);
  handler.handling = [&](Request incoming) {
    auto dialled = to_inner.upgrade(get("/tunnel"), "causeway-stream");
    Upgrade upgrade;
    upgrade.target = std::move(dialled.value().stream);
    return websocket_response(incoming, "binary", std::move(upgrade));
  };
  RawPeer client = peer();
  client.send(handshake());
  client.read_until("\r\n\r\n");
  const auto far = target();

  const std::string pasted(1 << 20, 'v');
  std::thread typist([&] {
    for (std::size_t at = 0; at < pasted.size(); at += 1024) client.send(client_frame(0x82, pasted.substr(at, 1024)));
  });
  EXPECT_EQ(far->read_exactly(pasted.size()), pasted);
  typist.join();
  std::string printed;
  while (printed.size() < 10 << 20) printed += "line \xe2\x82\xac " + std::to_string(printed.size()) + "\n";
  std::thread printer([&] {
    far->write(printed);
    far->end_writing();
  });
  std::string received;
  for (;;) {
    const auto [kind, bytes] = next_frame(client);
    if (kind != binary) {
      EXPECT_EQ(kind, close);
      break;
    }
    ASSERT_FALSE(bytes.empty());
    ASSERT_EQ(incomplete_tail(bytes), 0u);
    received += bytes;
  }
  printer.join();
  EXPECT_TRUE(received == printed) << received.size() << " of " << printed.size();
  inner.stop();
}

}  // namespace
}  // namespace causeway::http
