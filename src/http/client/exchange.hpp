#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "causeway/http/client.hpp"
#include "causeway/http/client/patience.hpp"
#include "causeway/http/client/response_parser.hpp"
#include "causeway/http/client/transport.hpp"

namespace causeway::http {

/// One request and its answer on one connection. Watches for the answer while it still uploads: a server that refuses a
/// body answers before it has read it. Lives for one `run`; used by one thread.
class Exchange {
 public:
  Exchange(Transport& transport, const Patience& patience, const ResponseSink& sink, Answering answering);

  /// `head` is the request's head with the empty line. Errors: unavailable "http.broken", timeout, cancelled, the
  /// source's and the sink's.
  Result<void> run(std::string_view head, ClientRequest& request);
  /// The two halves of `run`, for an answer that is pulled: sends, then takes what comes next of the answer (waiting
  /// for it) as often as it is called.
  Result<void> send(std::string_view head, ClientRequest& request);
  Result<void> receive_more();

  bool answer_began() const { return answer_began_; }
  bool wrote_anything() const { return wrote_anything_; }
  bool took_from_source() const { return took_from_source_; }
  bool head_done() const { return parser_.head_done(); }
  bool done() const { return parser_.done(); }
  /// The connection can carry another request.
  bool reusable() const;
  /// What came behind the answer: the first bytes of the protocol switched to.
  std::string take_rest() { return std::move(in_); }

 private:
  Result<void> send_source(BodySource& source);
  Result<void> push(std::string_view bytes);
  /// Reads once, without waiting, and parses.
  Result<Transport::State> absorb();
  Result<void> receive();
  bool sending_is_over() const { return parser_.head_done() || send_failed_ || peer_ended_; }

  Transport& transport_;
  const Patience& patience_;
  ResponseParser parser_;
  std::string in_;
  bool answer_began_ = false;
  bool wrote_anything_ = false;
  bool took_from_source_ = false;
  bool all_sent_ = false;
  bool send_failed_ = false;
  bool peer_ended_ = false;
};

/// The head of `request` as it goes out. Errors: invalid "http.bad_request" where a control character would forge a
/// line. `upgrade` is the protocol to ask for, if any.
Result<std::string> format_request_head(const Endpoint& endpoint, const ClientRequest& request,
                                        std::string_view upgrade = {});

}  // namespace causeway::http
