#include "causeway/services/containers/data/container_data.hpp"

#include "causeway/services/containers/on_host.hpp"

namespace causeway::services {

using domain::Caller;
using domain::ContainerAction;

namespace {

template <class T>
Result<T> explained(Result<T> answer) {
  if (answer) return answer;
  return failed(explain_host_error(std::move(answer).error()));
}

}  // namespace

Result<std::unique_ptr<boundary::ByteSource>> ContainerData::logs(const Caller& who, const std::string& ident,
                                                                  const boundary::LogQuery& query,
                                                                  std::stop_token stop) {
  TRY(const auto there, find_on_host(store_, who, ident, ContainerAction::logs));
  return explained(hosts_.logs(there.host, there.container.id, query, std::move(stop)));
}

Result<ContainerData::Stats> ContainerData::stats(const Caller& who, const std::string& ident) {
  TRY(const auto there, find_on_host(store_, who, ident, ContainerAction::stats));
  TRY(const auto values, explained(hosts_.stats(there.host, there.container.id)));
  return Stats{there.container.name, values};
}

Result<boundary::ProcessTable> ContainerData::top(const Caller& who, const std::string& ident,
                                                  const std::string& ps_args) {
  TRY(const auto there, find_on_host(store_, who, ident, ContainerAction::top));
  return explained(hosts_.top(there.host, there.container.id, ps_args));
}

Result<boundary::PathArchive> ContainerData::get_archive(const Caller& who, const std::string& ident,
                                                         const std::string& path) {
  TRY(const auto there, find_on_host(store_, who, ident, ContainerAction::get_archive));
  return explained(hosts_.get_archive(there.host, there.container.id, path));
}

Result<void> ContainerData::put_archive(const Caller& who, const std::string& ident, const std::string& path,
                                        boundary::ByteSource& tar) {
  TRY(const auto there, find_on_host(store_, who, ident, ContainerAction::put_archive));
  const auto place = uploads_.enter(who.project_id.str());
  if (!place) {
    return failed(Code::unavailable, "archive.busy", "Too many archives are on their way into containers; try again later.");
  }
  return explained(hosts_.put_archive(there.host, there.container.id, path, tar));
}

}  // namespace causeway::services
