#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/error.hpp"
#include "causeway/base/json.hpp"
#include "causeway/boundary/image/external_image_service.hpp"
#include "causeway/http/message.hpp"

/// What goes to a Glance v2 and comes from it (OpenStack's "Image service API v2"). Pure.
namespace causeway::adapters::glance {

/// Error: unavailable "glance.failing" for what is no image.
Result<domain::ExternalImage> read_image(const Json& json);

struct ImagePage {
  std::vector<domain::ExternalImage> images;
  bool more = false;  ///< the next page begins behind the last of these
};
Result<ImagePage> read_page(std::string_view body);

std::string to_body(const boundary::NewExternalImage& image);

/// "/v2/images?name=eq:box&limit=100": an operator stands before the value always, because Glance takes what is before a
/// colon for one.
std::string named_target(const std::string& name, std::string_view after);
std::string runnable_target(std::string_view after);
std::string image_target(const domain::ImageId& id, std::string_view rest = "");

/// What Glance says in a refusal, which may be JSON, HTML or plain text: in one line, not too long.
std::string words_of(const http::Response& refusal);

}  // namespace causeway::adapters::glance
