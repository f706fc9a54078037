#pragma once

#include <string>
#include <string_view>

#include "causeway/base/result.hpp"

/// References to images of registries, as Docker writes them: [domain[:port]/]path[:tag][@digest]. Pure.
namespace causeway::domain {

/// A reference that exists is valid. Without a tag and a digest it means the tag "latest"; a digest decides by itself.
struct ImageReference {
  std::string domain;  ///< "registry.example:5000"; "" = the one that the Engine takes by itself, Docker Hub
  std::string path;    ///< "library/nginx"
  std::string tag;     ///< "" with a digest
  std::string digest;  ///< "sha256:..." or ""

  /// "registry.example:5000/library/nginx": what one pulls a tag or digest of.
  std::string name() const;
  /// The whole of it: "name:tag", or "name@digest".
  std::string text() const;
  bool operator==(const ImageReference&) const = default;
};

/// invalid "image.bad_reference" says what is wrong, in the field "image".
Result<ImageReference> parse_image_reference(std::string_view text);

/// The same image of `registry` ("domain[:port][/path]"), when the reference names no domain itself.
ImageReference in_registry(ImageReference reference, std::string_view registry);

/// The domain of "domain[:port][/path]"; invalid "registry.bad_domain", in the field "domain".
Result<std::string> parse_registry_domain(std::string_view text);

/// Whether a reference is pulled from `registry` ("domain[:port][/path]"): only then its credentials are shown there.
bool is_of_registry(const ImageReference& reference, std::string_view registry);

}  // namespace causeway::domain
