#include "causeway/adapters/docker/docker_volumes.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/boundary/engine/container_engine.hpp"

namespace causeway::adapters {
namespace {

std::optional<boundary::EngineVolume> our_volume(const Json& json) {
  const Json* labels = member(json, "Labels");
  if (labels == nullptr || !labels->is_object() || !labels->get_object().contains(boundary::volume_label)) return std::nullopt;
  boundary::EngineVolume out{text_member(json, "Name"), {}};
  for (const auto& [key, value] : labels->get_object()) {
    if (value.is_string()) out.labels.emplace(std::string(key), to_std(value.get_string()));
  }
  return out;
}

}  // namespace

Result<void> DockerVolumes::ensure_volume(const boundary::EngineVolume& volume) {
  JsonObject labels;
  for (const auto& [key, value] : volume.labels) labels[key] = value;
  // one that exists is answered as it is, whatever was asked for
  TRY(const Json made, client_.call("POST", "/volumes/create",
                                    JsonObject{{"Name", volume.name}, {"Driver", "local"}, {"Labels", std::move(labels)}}));
  const auto ours = our_volume(made);
  if (ours && ours->labels == volume.labels) return {};
  return failed(Code::conflict, "engine.volume_foreign", "A volume called {} that is not ours exists on the host.", volume.name);
}

Result<void> DockerVolumes::remove_volume(const std::string& name) {
  const auto gone = client_.call("DELETE", "/volumes/" + percent_encode(name));
  if (gone || gone.error().code == Code::not_found) return {};
  auto error = gone.error();
  if (error.code == Code::conflict) error.reason = "engine.volume_in_use";
  return failed(std::move(error));
}

Result<std::vector<boundary::EngineVolume>> DockerVolumes::list_volumes() {
  const auto filter = percent_encode(to_text(JsonObject{{"label", JsonArray{boundary::volume_label}}}));
  TRY(const Json json, client_.call("GET", "/volumes?filters=" + filter));
  std::vector<boundary::EngineVolume> out;
  const Json* volumes = member(json, "Volumes");
  if (volumes == nullptr || !volumes->is_array()) return out;
  for (const auto& volume : volumes->get_array()) {
    if (auto ours = our_volume(volume)) out.push_back(*std::move(ours));
  }
  return out;
}

}  // namespace causeway::adapters
