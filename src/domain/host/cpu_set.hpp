#pragma once

#include <optional>
#include <set>
#include <string>

/// Sets of a host's CPUs, as the kernel writes them ("0-2,5"), and which to give away. Pure.
namespace causeway::domain {

using CpuSet = std::set<int>;

/// What is no number is skipped: the text is our own.
CpuSet parse_cpus(const std::string& text);
std::string to_text(const CpuSet& cpus);

/// `count` CPUs of a host with `total` that are nobody's, the lowest first; none when fewer than `count + left` are.
std::optional<CpuSet> choose_cpus(int total, const CpuSet& taken, int count, int left);

/// Those that containers without CPUs of their own may use; empty when there is nothing to keep off.
CpuSet shared_cpus(int total, const CpuSet& taken);

}  // namespace causeway::domain
