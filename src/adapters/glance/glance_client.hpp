#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "causeway/boundary/identity/service_identity.hpp"
#include "causeway/boundary/image/external_image_service.hpp"
#include "causeway/http/client.hpp"
#include "causeway/http/open_response.hpp"

namespace causeway::adapters {

/// Speaks Glance v2 to the image service of a region.
///
/// Where it is comes from the configuration, else from Keystone's catalog, and is asked again when the catalog changes. A
/// token of ours that it does not accept is renewed once; data is sent and received as a stream.
/// Lifetime: `us` outlives it; `stop` breaks off what waits, now and from then on. Concurrency: thread-safe. Failures: the
/// boundary's.
class GlanceClient final : public boundary::ExternalImageService {
 public:
  struct Options {
    std::string url;  ///< "" = the catalog's
    std::string region;
    std::string interface = "internal";
    std::string ca_file;  ///< "" = the machine's authorities
    std::chrono::milliseconds timeout{30'000};  ///< for an answer, and between two pieces of data
  };
  GlanceClient(boundary::ServiceIdentity& us, Options options) : us_(us), options_(std::move(options)) {}
  void stop() { stop_.request_stop(); }

  Result<domain::ExternalImage> find(const std::string& user_token, const domain::ImageId& id) override;
  Result<std::vector<domain::ExternalImage>> named(const std::string& user_token, const std::string& name) override;
  Result<std::vector<domain::ExternalImage>> runnable(const std::string& user_token) override;
  Result<void> create(const std::string& user_token, const boundary::NewExternalImage& image) override;
  Result<domain::ExternalImage> look_up(const domain::ImageId& id) override;
  Result<std::unique_ptr<boundary::ByteSource>> open(const domain::ImageId& id, std::uint64_t from) override;
  Result<void> upload(const domain::ImageId& id, boundary::ByteSource& data) override;
  Result<void> remove(const domain::ImageId& id) override;

 private:
  struct Connection;
  enum class As { user, ourselves };
  using Target = std::function<std::string(std::string_view after)>;

  Result<std::shared_ptr<Connection>> connection();
  http::CallOptions call_options() const;
  Result<http::Response> call(As as, const std::string& token, http::ClientRequest request);
  Result<http::Response> call_as_ourselves(const std::string& method, const std::string& target);
  Result<http::OpenResponse> open_once(const domain::ImageId& id, std::uint64_t from, const std::string& token);
  Result<std::vector<domain::ExternalImage>> list(const std::string& user_token, const Target& target);
  Error away(Error error) const;
  Error refusal(As as, const http::Response& answer) const;

  boundary::ServiceIdentity& us_;
  const Options options_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::shared_ptr<Connection> connection_;  ///< to where the image service was said to be last
};

}  // namespace causeway::adapters
