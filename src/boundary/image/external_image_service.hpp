#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "causeway/boundary/blobs.hpp"
#include "causeway/domain/image/external_image.hpp"

namespace causeway::boundary {

/// An image of container format docker that is still without data.
struct NewExternalImage {
  domain::ImageId id;  ///< ours to choose
  std::string name;
  std::string tag;
};

/// A Glance that is not ours. What a user asks for is asked with the user's own token, so that Glance decides who may see and
/// make what. What is done later for work that was allowed (data for hosts, data of commits, undoing) is done as ourselves:
/// the user's token may have expired by then, and is kept nowhere.
///
/// Thread-safe; may block for glance.timeout_seconds. Failures of all calls: unavailable "glance.unreachable" (no
/// connection, so that nothing was asked), "glance.away" (no answer in time), "glance.failing" (5xx, or an answer that makes no sense), "glance.refused" (it does not accept this
/// service), and those of the service's own identity ("keystone.*"); cancelled while the region stops.
class ExternalImageService {
 public:
  virtual ~ExternalImageService() = default;

  /// As the user. not_found "image.not_found"; unauthenticated "token.rejected"; forbidden "image.forbidden".
  virtual Result<domain::ExternalImage> find(const std::string& user_token, const domain::ImageId& id) = 0;
  /// As the user: those of this name that Glance lists for them by default (their own, public ones, and accepted shared ones).
  virtual Result<std::vector<domain::ExternalImage>> named(const std::string& user_token, const std::string& name) = 0;
  /// As the user: all that can be run. too_large "image.too_many".
  virtual Result<std::vector<domain::ExternalImage>> runnable(const std::string& user_token) = 0;
  /// As the user, whose project will own it. Besides the above: conflict, invalid or too_large with Glance's own words.
  virtual Result<void> create(const std::string& user_token, const NewExternalImage& image) = 0;

  /// As ourselves, whoever owns it. not_found "image.not_found".
  virtual Result<domain::ExternalImage> look_up(const domain::ImageId& id) = 0;
  /// As ourselves: its data from byte `from` on. A connection that breaks is an error of the source, or its end: whoever reads
  /// it knows the size. not_found "image.not_found", "image.no_data".
  virtual Result<std::unique_ptr<ByteSource>> open(const domain::ImageId& id, std::uint64_t from) = 0;
  /// As ourselves. An error of `data` is returned as it is. not_found "image.not_found"; conflict (not queued), too_large and
  /// forbidden with Glance's own words.
  virtual Result<void> upload(const domain::ImageId& id, ByteSource& data) = 0;
  /// As ourselves. One that is not there is no error.
  virtual Result<void> remove(const domain::ImageId& id) = 0;
};

}  // namespace causeway::boundary
