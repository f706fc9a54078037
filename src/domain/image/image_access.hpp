#pragma once

#include "causeway/base/result.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/image/image.hpp"

/// Who may do what with which image: pure rules, as Glance's default policy has them.
namespace causeway::domain {

/// May know that the image exists, see it and fetch its data.
bool visible_to(const Image& image, const Caller& who);
/// Is in the caller's listing when no visibility was asked for: what is the caller's own, and what is public.
bool listed_by_default(const Image& image, const Caller& who);
/// forbidden "image.not_owner".
Result<void> check_modify(const Image& image, const Caller& who);
/// What changes between `before` and `after` is the caller's to decide: only administrators publish images
/// ("image.publicize") and give them to other projects ("image.owner"). `before` is null for a new image.
Result<void> check_change(const Image* before, const Image& after, const Caller& who);

}  // namespace causeway::domain
