#include "causeway/domain/image/pull_progress.hpp"

#include <fmt/format.h>

namespace causeway::domain {
namespace {

constexpr std::int64_t mb = 1'000'000;
constexpr std::size_t max_detail = 50;

}  // namespace

std::string describe(const PullProgress& progress) {
  std::string out = "Pulling";
  if (progress.layers > 0) out += fmt::format(" {}/{} layers", progress.layers_done, progress.layers);
  if (progress.total_bytes > 0) out += fmt::format(", {} of {} MB", progress.bytes / mb, (progress.total_bytes + mb - 1) / mb);
  return out.substr(0, max_detail);
}

}  // namespace causeway::domain
