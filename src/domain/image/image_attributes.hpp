#pragma once

#include <cstddef>
#include <string_view>

#include "causeway/base/json.hpp"
#include "causeway/domain/image/image.hpp"

/// The attributes of an image as users write them, on creation and in updates alike. Every name that is not one of ours
/// is a property of the user's own, whose value is text.
namespace causeway::domain {

struct ImageLimits {
  std::size_t properties = 128;
  std::size_t tags = 128;
};

/// Errors: invalid "image.bad_value" (or the field's own) for a value that the attribute cannot take, forbidden
/// "image.read_only" / "image.reserved", forbidden "image.format_fixed" for a format of an image that has data.
Result<void> set_attribute(Image& image, std::string_view name, const Json& value);
/// Only the user's own properties can be removed: forbidden "image.not_removable", conflict "image.no_such_property".
Result<void> remove_attribute(Image& image, std::string_view name);
/// Whether the image has it: one of our attributes, or a property of the user's that is there.
bool has_attribute(const Image& image, std::string_view name);

/// The body of a creation. `id` may be chosen by the user (a uuid) and is else left empty.
Result<Image> parse_new_image(const Json& body);

/// invalid "image.bad_value": empty or too long.
Result<void> check_tag(std::string_view tag);
/// too_large "image.too_many_properties" / "image.too_many_tags".
Result<void> check_limits(const Image& image, const ImageLimits& limits);

}  // namespace causeway::domain
