#include "causeway/services/identity/drafts.hpp"

#include "causeway/base/encoding.hpp"

namespace causeway::services {

Result<void> check_name(const Text& name, std::string_view what, std::size_t longest) {
  if (!name) return failed(fail(Code::invalid, "identity.name_missing", "A {} needs a name.", what).at("name"));
  if (trim(*name).empty() || name->size() > longest || !is_valid_utf8(*name)) {
    return failed(
        fail(Code::invalid, "identity.bad_name", "The name of a {} has 1 to {} characters.", what, longest).at("name"));
  }
  return {};
}

Result<void> check_text(const Text& text, std::string_view field) {
  constexpr std::size_t longest = 4096;
  if (!text || (text->size() <= longest && is_valid_utf8(*text))) return {};
  return failed(fail(Code::invalid, "identity.bad_text", "{} is longer than {} bytes or is not UTF-8.", field, longest)
                    .at(std::string(field)));
}

}  // namespace causeway::services
