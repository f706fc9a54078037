#pragma once

#include <string_view>
#include <vector>

namespace causeway::api {

/// A type of error that the Networking API answers with, as the documentation lists it.
struct ErrorDoc {
  std::string_view type;  ///< Neutron's exception, which clients match on
  int status = 0;         ///< HTTP
};

/// Each type once, by name.
std::vector<ErrorDoc> neutron_error_docs();

}  // namespace causeway::api
