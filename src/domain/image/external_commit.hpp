#pragma once

#include <array>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/base/time.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// `making`: it is being asked for; `waiting`: a host was told to send the data; `ending`: no more data will come, and what
/// got none is to go.
enum class ExternalCommitState { making, waiting, ending };
constexpr auto names_of(ExternalCommitState) {
  using enum ExternalCommitState;
  return std::array{std::pair{making, std::string_view("making")}, std::pair{waiting, std::string_view("waiting")},
                    std::pair{ending, std::string_view("ending")}};
}

/// An image that a commit makes in a Glance that is not ours. Written before Glance is asked, under an id that we choose, and
/// erased once the image is whole or known to be gone: whatever dies, nothing of a failed commit stays there.
struct ExternalCommit {
  static constexpr std::string_view kind = "external_commit";
  ImageId id;
  ExternalCommitState state = ExternalCommitState::making;
  Time asked_at{};  ///< when Glance was asked to make it
  static constexpr auto fields() {
    using C = ExternalCommit;
    return std::tuple{field("id", &C::id), field("state", &C::state), field("asked_at", &C::asked_at)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
};

}  // namespace causeway::domain
