#include "causeway/services/containers/consoles/consoles.hpp"

#include <algorithm>

#include "causeway/base/encoding.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/shell_words.hpp"
#include "causeway/services/containers/on_host.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::ConsoleGrant;
using domain::ContainerAction;

namespace {

constexpr std::size_t token_bytes = 32;

std::unexpected<Error> bad_token() {
  return failed(Code::forbidden, "console.bad_token", "The token is wrong, or it has expired.");
}

/// What a host says, as whoever asked is told.
template <class T>
Result<T> explained(Result<T> answer) {
  if (!answer) return failed(explain_host_error(std::move(answer).error()));
  return answer;
}

}  // namespace

Result<std::string> Consoles::digest_of(const std::string& token) {
  TRY(const auto digest, deps_.digests.begin(boundary::DigestKind::sha512));
  digest->update(token);
  return digest->finish();
}

Result<ConsoleTicket> Consoles::grant(const domain::Container& container, const std::string& exec) {
  const std::string token = to_hex(deps_.ids.random_bytes(token_bytes));
  ConsoleGrant made;
  TRY(made.id, digest_of(token));
  made.container_id = container.id;
  made.exec_id = exec;
  made.created_at = deps_.clock.now();
  made.expires_at = made.created_at + deps_.options.token_time;
  TRY_VOID(deps_.store.write([&](Writer& writer) -> Result<void> {
    // it may have gone while its host was asked
    TRY_VOID(boundary::get<domain::Container>(writer, container.id));
    TRY(auto others, boundary::list<ConsoleGrant>(writer, boundary::By{"container_id", container.id.str()}));
    std::ranges::sort(others, {}, &ConsoleGrant::created_at);
    std::size_t kept = others.size();
    for (const auto& other : others) {
      if (other.expires_at > made.created_at && kept < deps_.options.max_grants) break;
      TRY_VOID(boundary::erase<ConsoleGrant>(writer, other.id));
      --kept;
    }
    TRY_VOID(boundary::put(writer, made));
    return {};
  }));
  ConsoleTicket ticket{fmt::format("{}?token={}&uuid={}", deps_.options.base_url, token, container.id), exec};
  if (!exec.empty()) ticket.url += "&exec_id=" + exec;
  return ticket;
}

Result<ConsoleTicket> Consoles::attach(const domain::Caller& who, const std::string& ident) {
  TRY(const auto there, find_on_host(deps_.store, who, ident, ContainerAction::attach));
  if (!there.container.interactive) {
    return failed(Code::invalid, "container.no_interactive_flag",
                  "Container {} was made without interactive: it has no input to attach to.", there.container.id);
  }
  return grant(there.container, "");
}

Result<ConsoleTicket> Consoles::create_exec(const domain::Caller& who, const std::string& ident,
                                            const std::string& command, bool interactive) {
  TRY(const auto words, domain::split_words(command));
  if (words.empty())
    return failed(fail(Code::invalid, "spec.bad_value", "'command' names nothing to execute.").at("command"));
  TRY(const auto there, find_on_host(deps_.store, who, ident, ContainerAction::execute));
  TRY(const auto exec, explained(deps_.hosts.create_exec(there.host, there.container.id, {words, interactive})));
  return grant(there.container, exec);
}

Result<void> Consoles::resize(const domain::Caller& who, const std::string& ident, const domain::TerminalSize& size) {
  TRY(const auto there, find_on_host(deps_.store, who, ident, ContainerAction::resize_terminal));
  return explained(deps_.hosts.resize(there.host, there.container.id, size));
}

Result<void> Consoles::resize_exec(const domain::Caller& who, const std::string& ident, const std::string& exec,
                                   const domain::TerminalSize& size) {
  TRY(const auto there, find_on_host(deps_.store, who, ident, ContainerAction::execute));
  auto done = explained(deps_.hosts.resize_exec(there.host, there.container.id, exec, size));
  if (done || !done.error().reason.starts_with("exec.")) return done;
  // the stock client lives with a 400 alone: it may ask before the command has started, and after it has ended
  return failed(Code::invalid, "exec.not_running", "{}", done.error().message);
}

Result<ConsoleGrant> Consoles::check(const std::string& token, const std::string& container, const std::string& exec) {
  TRY(const auto digest, digest_of(token));
  TRY(auto found,
      boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<ConsoleGrant>(reader, digest); }));
  if (!found || found->container_id.str() != container || found->exec_id != exec ||
      found->expires_at <= deps_.clock.now()) {
    return bad_token();
  }
  return *std::move(found);
}

Result<std::unique_ptr<async::Duplex>> Consoles::open(const std::string& token, const std::string& container,
                                                      const std::string& exec) {
  TRY(const auto grant, check(token, container, exec));
  const auto action = exec.empty() ? ContainerAction::attach : ContainerAction::execute;
  TRY(const auto there, boundary::view(deps_.store, [&](Reader& reader) -> Result<OnHost> {
        TRY(auto target, boundary::get<domain::Container>(reader, grant.container_id));
        return with_host(reader, std::move(target), action);
      }));
  if (exec.empty()) return explained(deps_.hosts.attach(there.host, there.container.id));
  return explained(deps_.hosts.start_exec(there.host, there.container.id, exec));
}

Result<void> Consoles::sweep() {
  const Time now = deps_.clock.now();
  TRY(const auto all, boundary::view(deps_.store, [](Reader& reader) { return boundary::list<ConsoleGrant>(reader); }));
  if (std::ranges::none_of(all, [&](const ConsoleGrant& grant) { return grant.expires_at <= now; })) return {};
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    for (const auto& grant : all) {
      if (grant.expires_at <= now) TRY_VOID(boundary::erase<ConsoleGrant>(writer, grant.id));
    }
    return {};
  });
}

Result<void> forget_consoles(Writer& writer, const domain::ContainerId& container) {
  TRY(const auto grants, boundary::list<ConsoleGrant>(writer, boundary::By{"container_id", container.str()}));
  for (const auto& grant : grants) TRY_VOID(boundary::erase<ConsoleGrant>(writer, grant.id));
  return {};
}

}  // namespace causeway::services
