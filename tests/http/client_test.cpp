#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <thread>

#include "http_fixture.hpp"

namespace causeway::http {
namespace {

/// A server of scripts: the n-th connection is read until the end of a head, then answered with the n-th script and
/// closed when told.
class ScriptedServer {
 public:
  struct Script {
    std::vector<std::string> answers;  ///< one per request; then the connection is closed
  };
  explicit ScriptedServer(std::vector<Script> scripts) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_, 8), 0);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, scripts = std::move(scripts)] {
      for (const auto& script : scripts) serve(script);
    });
  }
  ~ScriptedServer() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  Endpoint endpoint() const {
    Endpoint made;
    made.host = "127.0.0.1";
    made.port = port_;
    return made;
  }
  int closed() const { return closed_; }
  int requests() const { return requests_; }

 private:
  void serve(const Script& script) {
    const int peer = ::accept(fd_, nullptr, nullptr);
    if (peer < 0) return;
    for (const auto& answer : script.answers) {
      if (!read_request(peer)) break;
      ++requests_;
      ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
    ::close(peer);
    ++closed_;
  }
  static bool read_request(int peer) {
    std::string in;
    char buffer[1024];
    while (in.find("\r\n\r\n") == std::string::npos) {
      const auto count = ::recv(peer, buffer, sizeof buffer, 0);
      if (count <= 0) return false;
      in.append(buffer, static_cast<std::size_t>(count));
    }
    return true;
  }

  int fd_;
  std::uint16_t port_ = 0;
  std::atomic<int> closed_ = 0;
  std::atomic<int> requests_ = 0;
  std::jthread thread_;
};

const std::string kept = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nkept";

class ClientTest : public HttpTest {
 protected:
  ClientTest() {
    handler.handling = [](Request request) { return text_response(request.method + request.target + request.body); };
  }
  static ClientRequest post(std::string body) {
    ClientRequest request;
    request.method = "POST";
    request.body = std::move(body);
    return request;
  }
};

TEST_F(ClientTest, reuses_its_connections) {
  std::mutex mutex;
  std::vector<std::string> peers;
  handler.handling = [&](Request request) {
    std::lock_guard lock(mutex);
    peers.push_back(request.peer.address);
    return text_response("x");
  };
  start();
  auto caller = client();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(caller.call(get("/")));
  EXPECT_EQ(peers[0], peers[2]);
  EXPECT_TRUE(peers[0].starts_with("127.0.0.1:"));
}

TEST_F(ClientTest, serves_many_threads_at_once) {
  start(ServerOptions{.io_threads = 2});
  auto caller = client();
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          const std::string body = fmt::format("{}-{}", t, i);
          const auto answer = caller.call(post(body));
          right += answer && answer->body == "POST/" + body;
        }
      });
    }
  }
  EXPECT_EQ(right, 400);
}

TEST_F(ClientTest, notices_a_pooled_connection_that_was_closed) {
  ScriptedServer scripted({{{kept}}, {{kept}}});
  Client caller(scripted.endpoint());
  ASSERT_TRUE(caller.call(post("a")));
  ASSERT_TRUE(eventually([&] { return scripted.closed() == 1; }));
  const auto answer = caller.call(post("b"));
  EXPECT_TRUE(answer) << answer.error().describe();
}

TEST_F(ClientTest, sends_a_get_again_when_the_pooled_connection_dies_under_it_but_no_post) {
  const ScriptedServer::Script dies_at_second{{kept, ""}};
  ScriptedServer for_get({dies_at_second, {{kept}}});
  Client getter(for_get.endpoint());
  ASSERT_TRUE(getter.call(get("/")));
  EXPECT_TRUE(getter.call(get("/")));
  EXPECT_EQ(for_get.requests(), 3);

  ScriptedServer for_post({dies_at_second, {{kept}}});
  Client poster(for_post.endpoint());
  ASSERT_TRUE(poster.call(get("/")));
  const auto answer = poster.call(post("once"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "http.broken");
  EXPECT_EQ(for_post.requests(), 2);
}

TEST_F(ClientTest, understands_all_ways_in_which_a_body_ends) {
  ScriptedServer scripted(
      {{{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nto the end"}},
       {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n"}},
       {{"HTTP/1.1 204 No Content\r\n\r\n"}},
       {{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"}},
       {{"this is not HTTP\r\n\r\n"}}});
  const auto body = [&] {
    Client caller(scripted.endpoint());
    const auto answer = caller.call(get("/"));
    return answer ? answer->body : answer.error().reason;
  };
  EXPECT_EQ(body(), "to the end");
  EXPECT_EQ(body(), "abcde");
  EXPECT_EQ(body(), "");
  EXPECT_EQ(body(), "http.broken");
  EXPECT_EQ(body(), "http.broken");
}

TEST_F(ClientTest, gives_up_at_its_deadline) {
  std::latch go(1);
  handler.handling = [&](Request) {
    go.wait();
    return text_response("");
  };
  start();
  auto caller = client();
  CallOptions options;
  options.timeout = 50ms;
  const auto answer = caller.call(get("/"), options);
  go.count_down();
  server->stop();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::timeout);
}

TEST_F(ClientTest, gives_up_promptly_when_asked_to_stop) {
  std::latch go(1);
  std::latch entered(1);
  handler.handling = [&](Request) {
    entered.count_down();
    go.wait();
    return text_response("");
  };
  start();
  auto caller = client();
  std::stop_source source;
  std::jthread stopper([&] {
    entered.wait();
    source.request_stop();
  });
  CallOptions options;
  options.stop = source.get_token();
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = caller.call(get("/"), options);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s) << "the timeout is 30 s";
  go.count_down();
  server->stop();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::cancelled);
}

TEST_F(ClientTest, ends_a_stream_that_fell_silent) {
  std::shared_ptr<StreamWriter> writer;
  handler.handling = [&](Request) {
    Response response;
    response.open_stream = [&](std::shared_ptr<StreamWriter> given) {
      writer = std::move(given);
      writer->write("one");
    };
    return response;
  };
  start();
  auto caller = client();
  CallOptions options;
  options.idle_timeout = 1s;
  std::string got;
  const auto outcome = caller.stream(
      get("/"), {},
      [&](std::string_view piece) -> Result<void> {
        got += piece;
        return {};
      },
      options);
  server->stop();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::timeout);
  EXPECT_EQ(got, "one");
}

TEST_F(ClientTest, returns_what_the_callbacks_refuse_with) {
  start();
  auto caller = client();
  const auto refuse = [](std::string_view) -> Result<void> { return failed(Code::conflict, "test.enough", "Enough."); };
  const auto at_piece = caller.stream(get("/"), {}, refuse);
  ASSERT_FALSE(at_piece);
  EXPECT_EQ(at_piece.error().reason, "test.enough");
  const auto at_head = caller.stream(get("/"), [&](const Response&) { return refuse(""); }, {});
  ASSERT_FALSE(at_head);
  EXPECT_EQ(at_head.error().reason, "test.enough");
}

TEST_F(ClientTest, refuses_answers_that_are_too_large) {
  handler.handling = [](Request) { return text_response(std::string(1000, 'x')); };
  start();
  auto caller = client();
  CallOptions options;
  options.max_body = 999;
  const auto answer = caller.call(get("/"), options);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::too_large);
}

TEST_F(ClientTest, returns_the_error_of_the_upload_that_broke) {
  handler.planning = [](const Request&) { return Handler::Plan{Handler::Body::streamed, 1'000'000}; };
  std::atomic<bool> handler_saw = false;
  handler.handling = [&](Request request) {
    handler_saw = drain(*request.stream).error.has_value();
    return text_response("");
  };
  start();
  auto caller = client();
  ClientRequest request = post("");
  request.source = std::make_unique<TestSource>(1000, false, 500);
  const auto answer = caller.call(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "test.broken");
  EXPECT_TRUE(eventually([&] { return handler_saw.load(); }));
  server->stop();
}

TEST_F(ClientTest, says_that_nobody_listens) {
  start();
  auto caller = client();
  server->stop();
  const auto answer = caller.call(get("/"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::unavailable);
  EXPECT_EQ(answer.error().reason, "http.connect");
}

TEST_F(ClientTest, refuses_to_send_forged_lines) {
  start();
  auto caller = client();
  EXPECT_EQ(caller.call(get("/a HTTP/1.1\r\nX: y")).error().reason, "http.bad_request");
  auto request = get("/");
  request.headers.set("X", "a\r\nY: b");
  EXPECT_EQ(caller.call(std::move(request)).error().reason, "http.bad_request");
}

TEST_F(ClientTest, talks_over_unix_sockets_whose_stale_files_are_replaced) {
  const std::string path = dir.file("s");
  handler.handling = [](Request request) { return text_response(request.peer.address); };
  for (int i = 0; i < 2; ++i) {
    // as a process that died would leave it
    const int stale = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_storage storage{};
    storage.ss_family = AF_UNIX;
    path.copy(reinterpret_cast<char*>(&storage) + sizeof storage.ss_family, path.size());
    ::bind(stale, reinterpret_cast<const sockaddr*>(&storage),
           static_cast<socklen_t>(sizeof storage.ss_family + path.size() + 1));
    ::close(stale);

    Server local(ServerOptions{.name = "local"});
    Listen where;
    where.unix_path = path;
    ASSERT_TRUE(local.listen(where, handler));
    const auto started = local.start();
    ASSERT_TRUE(started) << started.error().describe();
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0660));
    Client caller(*Endpoint::parse("unix://" + path));
    const auto answer = caller.call(get("/"));
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_EQ(answer->body, "unix");
    Server second(ServerOptions{.name = "second"});
    ASSERT_TRUE(second.listen(where, handler));
    EXPECT_FALSE(second.start()) << "the first still answers";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ClientTest, reaches_a_server_on_an_inherited_socket_that_outlives_it) {
  const int held = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(held, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  for (int i = 0; i < 2; ++i) {
    Server heir(ServerOptions{.name = "heir"});
    Listen where;
    where.inherited_fd = held;
    ASSERT_TRUE(heir.listen(where, handler));
    const auto started = heir.start();
    ASSERT_TRUE(started) << started.error().describe();
    Client caller(*Endpoint::parse(fmt::format("http://127.0.0.1:{}", heir.port())));
    const auto answer = caller.call(get("/again"));
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_EQ(answer->body, "GET/again");
  }
  ::close(held);
}

}  // namespace
}  // namespace causeway::http
