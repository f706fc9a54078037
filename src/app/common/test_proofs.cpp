#include "causeway/app/common/test_proofs.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "causeway/base/encoding.hpp"

namespace causeway::app {
namespace {

constexpr std::string_view tag = "covers: ";

/// The name in "TEST_F(Suite, name) {" or "def test_name(".
std::string test_name(std::string_view line) {
  const auto from = [&](std::size_t begin, std::string_view ends) { return std::string(line.substr(begin, line.find_first_of(ends, begin) - begin)); };
  if (line.starts_with("def test_")) return from(4, "(");
  if (!line.starts_with("TEST")) return "";
  const auto open = line.find('('), comma = line.find(", ", open);
  if (open == std::string_view::npos || comma == std::string_view::npos) return "";
  return from(open + 1, ",") + "." + from(comma + 2, ")");
}

void read_tags(const std::filesystem::path& file, const std::string& shown_as, const std::function<bool(std::string_view)>& wanted, Proofs& proofs) {
  std::ifstream in(file);
  std::vector<std::string> waiting;
  for (std::string line; std::getline(in, line);) {
    if (const auto at = line.find(tag); at != std::string::npos && (line.starts_with("//") || line.starts_with("#"))) {
      for (const auto part : split(std::string_view(line).substr(at + tag.size()), ',')) waiting.emplace_back(trim(part));
    }
    const auto name = test_name(line);
    if (name.empty()) continue;
    std::erase_if(waiting, [&](const std::string& route) { return !wanted(std::string_view(route).substr(route.find(' ') + 1)); });
    for (const auto& route : waiting) proofs[route].push_back(fmt::format("{} ({})", name, shown_as));
    waiting.clear();
  }
}

std::vector<std::filesystem::path> tests_in(const std::string& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.path().extension() == ".cpp" || entry.path().extension() == ".py") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void read_mentions(const std::filesystem::path& file, const std::string& shown_as, const std::vector<std::string>& words, Proofs& proofs) {
  std::ifstream in(file);
  std::string test;
  std::vector<std::string> waiting;  // tables before the first test are its
  for (std::string line; std::getline(in, line);) {
    if (const auto name = test_name(line); !name.empty()) test = fmt::format("{} ({})", name, shown_as);
    for (const auto& word : words) {
      if (line.find('"' + word + '"') != std::string::npos) waiting.push_back(word);
    }
    if (test.empty()) continue;
    for (const auto& word : waiting) {
      auto& known = proofs[word];
      if (known.empty() || known.back() != test) known.push_back(test);
    }
    waiting.clear();
  }
}

}  // namespace

Proofs collect_mentions(const std::string& directory, const std::vector<std::string>& under, const std::vector<std::string>& words) {
  Proofs proofs;
  for (const auto& folder : under) {
    for (const auto& file : tests_in(directory + "/" + folder)) read_mentions(file, std::filesystem::relative(file, directory).string(), words, proofs);
  }
  return proofs;
}

Proofs collect_proofs(const std::string& directory, const std::function<bool(std::string_view path)>& wanted) {
  Proofs proofs;
  for (const auto& file : tests_in(directory)) read_tags(file, std::filesystem::relative(file, directory).string(), wanted, proofs);
  return proofs;
}

Result<void> check_coverage(std::string_view api, const std::vector<api::BoundRoute>& rows, const Proofs& proofs) {
  std::string wrong;
  std::map<std::string, bool> exists;
  for (const auto& row : rows) {
    const auto route = row.method + " " + row.path;
    exists[route] = true;
    if (!proofs.contains(route)) wrong += fmt::format("\n  no test says \"{}{}\"", tag, route);
  }
  for (const auto& [route, tests] : proofs) {
    if (!exists.contains(route)) wrong += fmt::format("\n  {} covers {}, which is no route", tests.front(), route);
  }
  if (wrong.empty()) return {};
  return failed(Code::invalid, "docs.uncovered", "The {} API and its tests do not match:{}", api, wrong);
}

}  // namespace causeway::app
