#pragma once

#include <algorithm>

#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/network/network.hpp"

/// Who sees an object that is not his. The answer is in the object itself (the centre writes it there when RBAC policies
/// change), so that regions give the same one out of their replicas.
namespace causeway::domain {

template <class T>
bool shared_to(const T& object, const ProjectId& project) {
  return object.shared || (!project.empty() && std::ranges::find(object.shared_with, project) != object.shared_with.end());
}

/// The owner's, and what is shared with everybody or with the caller's project.
template <class T>
bool sees_object(const Caller& who, const T& object) {
  return who.sees(object.project_id) || shared_to(object, who.project_id);
}

/// An external network that names projects is seen by those only.
inline bool external_to(const Network& network, const ProjectId& project) {
  if (!network.external) return false;
  return network.external_to.empty() || std::ranges::find(network.external_to, project) != network.external_to.end();
}

inline bool sees_network(const Caller& who, const Network& network) {
  return sees_object(who, network) || external_to(network, who.project_id);
}

}  // namespace causeway::domain
