#include "causeway/http/client.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

#include "causeway/http/client/exchange.hpp"
#include "causeway/http/client/patience.hpp"
#include "causeway/http/client/pulled_body.hpp"
#include "causeway/http/client/transport.hpp"
#include "causeway/http/tls/tls_context.hpp"

namespace causeway::http {
namespace {

constexpr std::size_t max_idle_connections = 16;
constexpr std::chrono::milliseconds longest_call = std::chrono::hours(24 * 365);

bool may_repeat(const std::string& method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE";
}

/// Keeps the whole answer, of at most `max_body` bytes.
ResponseSink collect_into(Response& answer, std::uint64_t max_body, const Endpoint& endpoint) {
  return {[&answer](Response head) -> Result<void> {
            answer = std::move(head);
            return {};
          },
          [&answer, &endpoint, max_body](std::string_view piece) -> Result<void> {
            if (piece.size() > max_body - answer.body.size()) {
              return failed(Code::too_large, "http.too_large", "The answer of {} is larger than {} bytes.",
                            endpoint.describe(), max_body);
            }
            answer.body.append(piece);
            return {};
          }};
}

}  // namespace

struct Client::Impl {
  explicit Impl(Endpoint where) : endpoint(std::move(where)) {}

  const Endpoint endpoint;
  std::mutex mutex;
  std::vector<std::unique_ptr<Transport>> idle;  ///< the last used at the back
  TlsContext tls;                                ///< made at the first need

  Result<SSL_CTX*> tls_context() {
    if (!endpoint.tls) return nullptr;
    std::lock_guard lock(mutex);
    if (!tls) {
      TRY(tls, make_client_context(*endpoint.tls));
    }
    return tls.get();
  }

  std::unique_ptr<Transport> take_idle() {
    std::lock_guard lock(mutex);
    while (!idle.empty()) {
      auto candidate = std::move(idle.back());
      idle.pop_back();
      if (candidate->is_fresh()) return candidate;
    }
    return nullptr;
  }

  void give_back(std::unique_ptr<Transport> transport) {
    std::lock_guard lock(mutex);
    if (idle.size() < max_idle_connections) idle.push_back(std::move(transport));
  }

  Result<void> exchange(ClientRequest& request, const ResponseSink& sink, const Patience& patience) {
    TRY_VOID(patience.check());
    TRY(const std::string head, format_request_head(endpoint, request));
    const Answering answering = request.method == "HEAD" ? Answering::head : Answering::body;
    if (auto transport = take_idle()) {
      Exchange attempt(*transport, patience, sink, answering);
      auto outcome = attempt.run(head, request);
      if (attempt.reusable()) give_back(std::move(transport));
      // closed by the server in the meantime: once more, when that cannot do a thing twice
      const bool again = !outcome && outcome.error().reason == "http.broken" && !attempt.answer_began() &&
                         !attempt.took_from_source() && (may_repeat(request.method) || !attempt.wrote_anything());
      if (!again) return outcome;
    }
    TRY(SSL_CTX* const context, tls_context());
    TRY(auto transport, Transport::dial(endpoint, context, patience));
    Exchange attempt(*transport, patience, sink, answering);
    auto outcome = attempt.run(head, request);
    if (attempt.reusable()) give_back(std::move(transport));
    return outcome;
  }
};

Client::Client(Endpoint endpoint) : impl_(std::make_unique<Impl>(std::move(endpoint))) {}
Client::~Client() = default;

Result<Upgraded> Client::upgrade(ClientRequest request, std::string_view protocol, const CallOptions& options) {
  Upgraded out;
  const ResponseSink sink = collect_into(out.response, options.max_body, impl_->endpoint);
  const auto deadline = Patience::Clock::now() + std::min(options.timeout, longest_call);
  const auto patience = Patience::until(deadline, options.stop);
  TRY(const std::string head, format_request_head(impl_->endpoint, request, protocol));
  TRY(SSL_CTX* const context, impl_->tls_context());
  TRY(auto transport, Transport::dial(impl_->endpoint, context, patience));
  Exchange attempt(*transport, patience, sink, Answering::upgrade);
  TRY_VOID(attempt.run(head, request));
  if (out.response.status != 101) return out;
  transport->unread(attempt.take_rest());
  out.stream = std::move(transport);
  return out;
}

const Endpoint& Client::endpoint() const { return impl_->endpoint; }

Result<Response> Client::call(ClientRequest request, const CallOptions& options) {
  Response answer;
  const ResponseSink sink = collect_into(answer, options.max_body, impl_->endpoint);
  const auto deadline = Patience::Clock::now() + std::min(options.timeout, longest_call);
  const auto patience = Patience::until(deadline, options.stop);
  TRY_VOID(impl_->exchange(request, sink, patience));
  return answer;
}

Result<void> Client::stream(ClientRequest request, const std::function<Result<void>(const Response& head)>& head,
                            const std::function<Result<void>(std::string_view piece)>& piece,
                            const CallOptions& options) {
  const ResponseSink sink{
      [&](const Response& answer) -> Result<void> { return head ? head(answer) : Result<void>(); },
      [&](std::string_view bytes) -> Result<void> { return piece ? piece(bytes) : Result<void>(); }};
  const auto patience = Patience::for_silence(options.idle_timeout, options.stop);
  return impl_->exchange(request, sink, patience);
}

Result<OpenResponse> Client::open(ClientRequest request, const CallOptions& options) {
  auto patience = Patience::for_silence(options.idle_timeout, options.stop);
  TRY_VOID(patience.check());
  TRY(const std::string head, format_request_head(impl_->endpoint, request));
  TRY(SSL_CTX* const context, impl_->tls_context());
  TRY(auto transport, Transport::dial(impl_->endpoint, context, patience));
  auto body = std::make_unique<PulledBody>(std::move(transport), std::move(patience), request.method == "HEAD");
  TRY(auto answer, body->begin(head, request));
  return OpenResponse{std::move(answer), std::move(body)};
}

}  // namespace causeway::http
