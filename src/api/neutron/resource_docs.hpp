#pragma once

#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "causeway/base/json.hpp"

/// The attribute tables of the Networking API, to be written into its document.
namespace causeway::api {

struct AttributeDoc {
  std::string_view name;
  bool admin_only = false;
};

struct ResourceDoc {
  std::string_view collection;  ///< as in the URL
  std::vector<AttributeDoc> on_create, on_update;
  std::vector<std::string_view> read_only, filters;
  JsonObject defaults;  ///< the view of an object that was made with nothing given
  bool tags = false;    ///< has the filters of tags
};

/// Of the tables of attributes that a resource file has.
template <class Create, class Update, class ReadOnly, class Filters>
ResourceDoc make_doc(std::string_view collection, const Create& on_create, const Update& on_update, const ReadOnly& read_only, const Filters& filters,
                     JsonObject defaults, bool tags) {
  ResourceDoc doc{collection, {}, {}, {std::begin(read_only), std::end(read_only)}, {std::begin(filters), std::end(filters)}, std::move(defaults), tags};
  for (const auto& attribute : on_create) doc.on_create.push_back({attribute.name, attribute.admin_only});
  for (const auto& attribute : on_update) doc.on_update.push_back({attribute.name, attribute.admin_only});
  return doc;
}

std::vector<ResourceDoc> neutron_resource_docs();

}  // namespace causeway::api
