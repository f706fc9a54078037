#include "causeway/api/glance/views.hpp"

namespace causeway::api {
namespace {

// python-glanceclient builds its image model of this: attributes that it does not find here, it takes for the user's
// own
constexpr std::string_view image_text = R"json({
"name": "image",
"properties": {
  "id": {"type": "string", "description": "An identifier for the image",
         "pattern": "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$"},
  "name": {"type": ["null", "string"], "description": "Descriptive name for the image", "maxLength": 255},
  "status": {"type": "string", "readOnly": true, "description": "Status of the image",
             "enum": ["queued", "saving", "active", "deactivated", "deleted"]},
  "visibility": {"type": "string", "description": "Scope of image accessibility",
                 "enum": ["community", "public", "private", "shared"]},
  "protected": {"type": "boolean", "description": "If true, image will not be deletable."},
  "os_hidden": {"type": "boolean", "description": "If true, image will not appear in default image list response."},
  "checksum": {"type": ["null", "string"], "readOnly": true, "description": "md5 hash of image contents.", "maxLength": 32},
  "os_hash_algo": {"type": ["null", "string"], "readOnly": true, "maxLength": 64,
                   "description": "Algorithm to calculate the os_hash_value"},
  "os_hash_value": {"type": ["null", "string"], "readOnly": true, "maxLength": 128,
                    "description": "Hexdigest of the image contents using the algorithm specified by the os_hash_algo"},
  "owner": {"type": ["null", "string"], "description": "Owner of the image", "maxLength": 255},
  "size": {"type": ["null", "integer"], "readOnly": true, "description": "Size of image file in bytes"},
  "virtual_size": {"type": ["null", "integer"], "readOnly": true, "description": "Virtual size of image in bytes"},
  "container_format": {"type": ["null", "string"], "description": "Format of the container",
                       "enum": [null, "ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"]},
  "disk_format": {"type": ["null", "string"], "description": "Format of the disk",
                  "enum": [null, "ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"]},
  "created_at": {"type": "string", "readOnly": true, "description": "Date and time of image registration"},
  "updated_at": {"type": "string", "readOnly": true, "description": "Date and time of the last image modification"},
  "tags": {"type": "array", "description": "List of strings related to the image", "items": {"type": "string", "maxLength": 255}},
  "min_ram": {"type": "integer", "description": "Amount of ram (in MB) required to boot image."},
  "min_disk": {"type": "integer", "description": "Amount of disk space (in GB) required to boot image."},
  "self": {"type": "string", "readOnly": true, "description": "An image self url"},
  "file": {"type": "string", "readOnly": true, "description": "An image file url"},
  "schema": {"type": "string", "readOnly": true, "description": "An image schema url"}
},
"additionalProperties": {"type": "string"},
"links": [
  {"rel": "self", "href": "{self}"},
  {"rel": "enclosure", "href": "{file}"},
  {"rel": "describedby", "href": "{schema}"}
]})json";

constexpr std::string_view member_text = R"json({
"name": "member",
"properties": {
  "member_id": {"type": "string", "description": "An identifier for the image member (tenantId)"},
  "image_id": {"type": "string", "description": "An identifier for the image"},
  "created_at": {"type": "string", "description": "Date and time of image member creation"},
  "updated_at": {"type": "string", "description": "Date and time of last modification of image member"},
  "status": {"type": "string", "description": "The status of this image member", "enum": ["pending", "accepted", "rejected"]},
  "schema": {"type": "string", "readOnly": true}
}})json";

Json parsed(std::string_view text) { return parse_json(text).value_or(Json(nullptr)); }

/// The schema of a list of `item` under `name`, as a page of it comes.
Json list_schema(std::string_view name, Json item) {
  return JsonObject{{"name", name},
                    {"properties", JsonObject{{name, JsonObject{{"type", "array"}, {"items", std::move(item)}}},
                                              {"first", JsonObject{{"type", "string"}}},
                                              {"next", JsonObject{{"type", "string"}}},
                                              {"schema", JsonObject{{"type", "string"}}}}},
                    {"links", JsonArray{JsonObject{{"rel", "first"}, {"href", "{first}"}},
                                        JsonObject{{"rel", "next"}, {"href", "{next}"}},
                                        JsonObject{{"rel", "describedby"}, {"href", "{schema}"}}}}};
}

}  // namespace

std::optional<Json> image_schema(std::string_view name) {
  if (name == "image") return parsed(image_text);
  if (name == "images") return list_schema(name, parsed(image_text));
  if (name == "member") return parsed(member_text);
  if (name == "members") return list_schema(name, parsed(member_text));
  return std::nullopt;
}

}  // namespace causeway::api
