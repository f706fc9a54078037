#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

using HostImageId = Id<struct HostImageTag>;

enum class HostImageState { pulling, present, error };
constexpr auto names_of(HostImageState) {
  using enum HostImageState;
  using std::string_view;
  return std::array{std::pair{pulling, string_view("pulling")}, std::pair{present, string_view("present")},
                    std::pair{error, string_view("error")}};
}

/// An image that an administrator wants on a host. Owned by its region; the host's agent receives it by the feed, pulls
/// or loads the image, and reports.
struct HostImage {
  static constexpr std::string_view kind = "host_image";
  HostImageId id;
  ProjectId project_id;
  HostName host;
  std::string repo;  ///< as it was asked for
  std::string tag;
  ImageRef image_ref;
  bool remove = false;  ///< the record goes when the host has let go of the image
  // what the host saw
  HostImageState state = HostImageState::pulling;
  std::string error;     ///< why it is not there
  std::string image_id;  ///< the Engine's
  std::int64_t size = 0;
  Time created_at{};
  static constexpr auto fields() {
    using I = HostImage;
    return std::tuple{field("id", &I::id),           field("project_id", &I::project_id), field("host", &I::host),
                      field("repo", &I::repo),       field("tag", &I::tag),               field("image_ref", &I::image_ref),
                      field("remove", &I::remove),   field("state", &I::state),           field("error", &I::error),
                      field("image_id", &I::image_id), field("size", &I::size),           field("created_at", &I::created_at)};
  }
  std::vector<IndexEntry> indexes() const { return {{"host", host.str()}}; }
};

/// What a host reports of one of them.
struct HostImageReport {
  HostImageId id;
  bool gone = false;
  HostImageState state = HostImageState::pulling;
  std::string error;
  std::string image_id;
  std::int64_t size = 0;
  static constexpr auto fields() {
    using R = HostImageReport;
    return std::tuple{field("id", &R::id),       field("gone", &R::gone),         field("state", &R::state),
                      field("error", &R::error), field("image_id", &R::image_id), field("size", &R::size)};
  }
};

}  // namespace causeway::domain
