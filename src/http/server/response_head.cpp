#include "causeway/http/server/response_head.hpp"

#include <fmt/format.h>

#include <ctime>
#include <iterator>

#include "causeway/base/encoding.hpp"

namespace causeway::http {
namespace {

/// The Date field's value, made once a second per thread.
const std::string& date_now() {
  thread_local std::time_t made_at = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    made_at = now;
    std::tm parts{};
    gmtime_r(&now, &parts);
    char buffer[64];
    text.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &parts));
  }
  return text;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name);
  out.append(": ");
  for (const char c : value) out.push_back(static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c);
  out.append("\r\n");
}

bool set_by_server(std::string_view name, bool keep_own_length) {
  const std::string lower = to_lower(name);
  return lower == "connection" || lower == "transfer-encoding" || (lower == "content-length" && !keep_own_length);
}

}  // namespace

std::string format_head(const Response& response, const HeadOptions& options) {
  std::string out;
  out.reserve(256);
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  for (const auto& [name, value] : response.headers.all()) {
    if (!set_by_server(name, options.keep_own_length)) append_field(out, name, value);
  }
  if (!response.headers.find("Date")) append_field(out, "Date", date_now());
  if (options.framing == Framing::length && !(options.keep_own_length && response.headers.find("Content-Length"))) {
    append_field(out, "Content-Length", fmt::format_int(options.length).c_str());
  }
  if (options.framing == Framing::chunked) append_field(out, "Transfer-Encoding", "chunked");
  if (options.upgrade) {
    append_field(out, "Connection", "Upgrade");
  } else if (!options.keep_alive) {
    append_field(out, "Connection", "close");
  } else if (options.http_1_0) {
    append_field(out, "Connection", "keep-alive");
  }
  out.append("\r\n");
  return out;
}

std::string format_chunk(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + 20);
  fmt::format_to(std::back_inserter(out), "{:x}\r\n", bytes.size());
  out.append(bytes);
  out.append("\r\n");
  return out;
}

}  // namespace causeway::http
