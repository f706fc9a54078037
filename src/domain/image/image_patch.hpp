#pragma once

#include <string>
#include <vector>

#include "causeway/base/json.hpp"
#include "causeway/domain/image/image.hpp"

namespace causeway::domain {

enum class PatchOp { add, replace, remove };
constexpr auto names_of(PatchOp) {
  using enum PatchOp;
  return std::array{std::pair{add, std::string_view("add")}, std::pair{replace, std::string_view("replace")},
                    std::pair{remove, std::string_view("remove")}};
}

/// One step of a JSON patch (RFC 6902) as images take it: a whole attribute, or one of the tags ("/tags/0", "/tags/-").
struct PatchStep {
  PatchOp op = PatchOp::add;
  std::vector<std::string> path;  ///< unescaped, one or two parts
  Json value;
};

/// invalid "image.bad_patch" names the step and what is wrong with it.
Result<std::vector<PatchStep>> parse_patch(const Json& body);

/// All steps in order, or the first one's error. Those of set_attribute and remove_attribute; conflict
/// "image.no_such_property" for replacing what is not there.
Result<Image> apply_patch(Image image, const std::vector<PatchStep>& steps);

}  // namespace causeway::domain
