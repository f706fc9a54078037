#pragma once

#include <functional>
#include <map>
#include <string>

#include "causeway/base/json.hpp"
#include "causeway/base/result.hpp"
#include "causeway/domain/image/pull_progress.hpp"

/// What the Engine says while it pulls an image. Pure.
namespace causeway::adapters {

/// Reads the lines of POST /images/create.
class PullReader {
 public:
  using Told = std::function<void(const domain::PullProgress&)>;
  explicit PullReader(Told told) : told_(std::move(told)) {}
  /// The trouble, where the line tells of one.
  Result<void> take(const Json& line);

 private:
  struct Layer {
    std::int64_t bytes = 0, total = 0;
    bool done = false;
  };
  Told told_;
  std::map<std::string, Layer> layers_;
  domain::PullProgress last_;
};

/// The Error for the Engine's words: not_found "engine.no_image", forbidden "engine.pull_denied", invalid
/// "engine.registry_tls", unavailable "engine.registry_unreachable"; unavailable "engine.error" for all others.
Error pull_error(std::string_view words);

/// The value of X-Registry-Auth.
std::string registry_auth(std::string_view domain, std::string_view username, std::string_view password);

}  // namespace causeway::adapters
