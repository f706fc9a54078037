#include "causeway/adapters/docker/docker_networks.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/boundary/engine/container_engine.hpp"

namespace causeway::adapters {

Result<std::vector<boundary::EngineNetwork>> DockerNetworks::list() {
  const auto filter = percent_encode(to_text(JsonObject{{"driver", JsonArray{boundary::driver_name}}}));
  TRY(const Json networks, client_.call("GET", "/networks?filters=" + filter));
  std::vector<boundary::EngineNetwork> out;
  if (!networks.is_array()) return failed(Code::unavailable, "engine.bad_answer", "The container engine lists no networks.");
  for (const auto& network : networks.get_array()) {
    boundary::EngineNetwork seen{text_member(network, "Id"), {}};
    // the listing does not name endpoints
    const auto shown = client_.call("GET", "/networks/" + percent_encode(seen.id));
    if (!shown && shown.error().code == Code::not_found) continue;
    if (!shown) return failed(shown.error());
    const Json* users = member(*shown, "Containers");
    if (users != nullptr && users->is_object()) {
      for (const auto& [container, user] : users->get_object()) seen.endpoints.insert(text_member(user, "EndpointID"));
    }
    out.push_back(std::move(seen));
  }
  return out;
}

}  // namespace causeway::adapters
