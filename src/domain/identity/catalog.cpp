#include "causeway/domain/identity/catalog.hpp"

namespace causeway::domain {
namespace {

std::optional<std::string> value_of(std::string_view name, const ProjectId& project, const UserId& user) {
  if (name == "user_id") return user.str();
  const bool is_project = name == "project_id" || name == "tenant_id";
  if (!is_project || project.empty()) return std::nullopt;
  return project.str();
}

}  // namespace

std::optional<std::string> expand_url(std::string_view url, const ProjectId& project, const UserId& user) {
  std::string out;
  while (!url.empty()) {
    const bool opens = url.size() > 1 && (url[0] == '$' || url[0] == '%') && url[1] == '(';
    const auto end = opens ? url.find(")s") : std::string_view::npos;
    if (end == std::string_view::npos) {
      out.push_back(url.front());
      url.remove_prefix(1);
      continue;
    }
    const auto value = value_of(url.substr(2, end - 2), project, user);
    if (!value) return std::nullopt;
    out += *value;
    url.remove_prefix(end + 2);
  }
  return out;
}

}  // namespace causeway::domain
