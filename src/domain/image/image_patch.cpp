#include "causeway/domain/image/image_patch.hpp"

#include <algorithm>
#include <charconv>

#include "causeway/base/encoding.hpp"
#include "causeway/domain/image/image_attributes.hpp"

namespace causeway::domain {
namespace {

constexpr std::size_t max_steps = 1000;

/// RFC 6901: "~1" is "/", "~0" is "~".
std::optional<std::string> unescape(std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != '~') {
      out += part[i];
      continue;
    }
    if (i + 1 == part.size() || (part[i + 1] != '0' && part[i + 1] != '1')) return std::nullopt;
    out += part[++i] == '1' ? '/' : '~';
  }
  return out;
}

Result<std::vector<std::string>> parse_pointer(const std::string& text) {
  const auto bad = [&] {
    return failed(Code::invalid, "image.bad_patch", "Invalid JSON pointer for this resource: '{}'.", text);
  };
  if (text.size() < 2 || text.front() != '/') return bad();
  std::vector<std::string> path;
  for (const auto part : split(std::string_view(text).substr(1), '/')) {
    auto plain = unescape(part);
    if (!plain || plain->empty()) return bad();
    path.push_back(*std::move(plain));
  }
  if (path.size() > 2 || (path.size() == 2 && path.front() != "tags")) return bad();
  return path;
}

Result<PatchStep> parse_step(const Json& json, std::size_t number) {
  if (!json.is_object())
    return failed(Code::invalid, "image.bad_patch", "Operation {} of the patch is not an object.", number);
  const auto op = from_name<PatchOp>(text_member(json, "op"));
  if (!op) {
    return failed(Code::invalid, "image.bad_patch",
                  "Operation {} of the patch is '{}'; it must be add, replace or remove.", number,
                  text_member(json, "op"));
  }
  TRY(auto path, parse_pointer(text_member(json, "path")));
  const Json* value = member(json, "value");
  if (value == nullptr && *op != PatchOp::remove) {
    return failed(Code::invalid, "image.bad_patch", "Operation {} of the patch has no value.", number);
  }
  return PatchStep{*op, std::move(path), value != nullptr ? *value : Json()};
}

/// Adding takes the place behind the last one, or "-" for it; the others name a tag that is there.
Result<std::size_t> tag_position(const Image& image, const PatchStep& step) {
  const std::string& text = step.path[1];
  const std::size_t end = image.tags.size() + (step.op == PatchOp::add ? 1 : 0);
  if (text == "-" && step.op == PatchOp::add) return image.tags.size();
  std::size_t position = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (error != std::errc() || stop != text.data() + text.size() || position >= end) {
    return failed(Code::conflict, "image.no_such_property", "The image has no tag at position '{}'.", text);
  }
  return position;
}

Result<void> apply_to_tag(Image& image, const PatchStep& step) {
  TRY(const auto position, tag_position(image, step));
  std::vector<std::string> tags = image.tags;
  const auto at = tags.begin() + std::ptrdiff_t(position);
  if (step.op == PatchOp::remove) {
    tags.erase(at);
  } else {
    TRY(auto tag, decode<std::string>(step.value, Unknown::refuse, "tags"));
    if (step.op == PatchOp::add) {
      tags.insert(at, std::move(tag));
    } else {
      *at = std::move(tag);
    }
  }
  return set_attribute(image, "tags", encode(tags));
}

Result<void> apply_step(Image& image, const PatchStep& step) {
  if (step.path.size() == 2) return apply_to_tag(image, step);
  const std::string& name = step.path.front();
  switch (step.op) {
    case PatchOp::remove:
      return remove_attribute(image, name);
    case PatchOp::replace:
      if (!has_attribute(image, name)) {
        return failed(Code::conflict, "image.no_such_property", "Property {} does not exist.", name);
      }
      return set_attribute(image, name, step.value);
    case PatchOp::add:
      return set_attribute(image, name, step.value);
  }
  return {};
}

}  // namespace

Result<std::vector<PatchStep>> parse_patch(const Json& body) {
  if (!body.is_array()) return failed(Code::invalid, "image.bad_patch", "The body must be a list of operations.");
  if (body.get_array().size() > max_steps) {
    return failed(Code::too_large, "image.bad_patch", "A patch has at most {} operations.", max_steps);
  }
  std::vector<PatchStep> steps;
  for (const auto& item : body.get_array()) {
    TRY(auto step, parse_step(item, steps.size() + 1));
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<Image> apply_patch(Image image, const std::vector<PatchStep>& steps) {
  for (const auto& step : steps) TRY_VOID(apply_step(image, step));
  return image;
}

}  // namespace causeway::domain
