#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "causeway/adapters/memory/manual_clock.hpp"
#include "causeway/adapters/memory/memory_blobs.hpp"
#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/adapters/memory/sequential_ids.hpp"
#include "causeway/adapters/system/digest.hpp"
#include "causeway/services/images/images.hpp"
#include "tar_archive.hpp"

namespace causeway::testing {

inline domain::Caller a_member_of(std::string project) {
  domain::Caller who;
  who.user_id = domain::UserId("user of " + project);
  who.project_id = domain::ProjectId(std::move(project));
  who.roles = {"member", "reader"};
  return who;
}
inline domain::Caller an_admin() {
  auto who = a_member_of("admins");
  who.roles.emplace_back("admin");
  return who;
}

/// Data that comes in pieces; can break off, and can call back in the middle (another request meanwhile).
class ScriptedSource final : public boundary::ByteSource {
 public:
  explicit ScriptedSource(std::string data, std::size_t piece = 700) : data_(std::move(data)), piece_(piece) {}
  ScriptedSource& breaking_after(std::size_t bytes) {
    break_at_ = bytes;
    return *this;
  }
  ScriptedSource& meanwhile(std::function<void()> once) {
    meanwhile_ = std::move(once);
    return *this;
  }
  Result<std::size_t> read(std::span<char> into) override {
    if (auto once = std::exchange(meanwhile_, nullptr)) once();
    if (at_ >= break_at_) return failed(Code::cancelled, "http.body_broken", "The peer went away.");
    const auto count = data_.copy(into.data(), std::min(into.size(), piece_), at_);
    at_ += count;
    return count;
  }

 private:
  std::string data_;
  std::size_t piece_;
  std::size_t at_ = 0;
  std::size_t break_at_ = SIZE_MAX;
  std::function<void()> meanwhile_;
};

inline std::string read_all(boundary::ByteSource& source) {
  std::string out;
  char buffer[999];
  for (int round = 0; round < 100'000; ++round) {
    const auto count = source.read(buffer);
    if (!count || *count == 0) return count ? out : out + "<" + count.error().reason + ">";
    out.append(buffer, *count);
  }
  return out + "<endless>";
}

/// An image service on memory adapters.
struct ImageRoom {
  adapters::MemoryStore store;
  adapters::MemoryBlobs blobs;
  adapters::SystemDigests digests;
  adapters::ManualClock clock;
  adapters::SequentialIds ids;
  services::Images::Limits limits;
  services::Images images{{store, blobs, digests, clock, ids, limits}};

  explicit ImageRoom(services::Images::Limits given = {}) : limits(given) {}

  domain::Image queued(
      const domain::Caller& who,
      std::string_view body = R"({"name": "web", "container_format": "docker", "disk_format": "raw"})") {
    return images.create(who, domain::parse_new_image(parse_json(body).value()).value()).value();
  }
  domain::Image active(
      const domain::Caller& who,
      std::string_view body = R"({"name": "web", "container_format": "docker", "disk_format": "raw"})") {
    const auto image = queued(who, body);
    ScriptedSource data(docker_archive());
    images.upload(who, image.id, data).value();
    return images.get(who, image.id).value();
  }
};

}  // namespace causeway::testing
