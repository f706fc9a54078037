#include "causeway/domain/network/lease_book.hpp"

namespace causeway::domain {
namespace {

constexpr std::uint64_t low_water_divisor = 4;

std::unexpected<Error> dry(const std::string& resource) {
  return failed(Code::exhausted, "ipam.pool_exhausted", "No more numbers are left in {}.", resource);
}

}  // namespace

Result<LeaseBook::Shelf*> LeaseBook::shelf(const std::string& resource) {
  const auto found = shelves_.find(resource);
  if (found != shelves_.end()) return &found->second;
  TRY(auto leases, load_(resource));
  Shelf shelf{std::move(leases), {}};
  shelf.changed.resize(shelf.leases.size());
  return &shelves_.emplace(resource, std::move(shelf)).first->second;
}

/// True when there is more than before.
Result<bool> LeaseBook::grow(Shelf& shelf, const Shortage& shortage) {
  if (!grow_) {
    shortages_.push_back(shortage);
    return false;
  }
  TRY(auto more, grow_(shortage));
  for (auto& lease : more) {
    shelf.leases.push_back(std::move(lease));
    shelf.changed.push_back(false);
  }
  return !more.empty();
}

Result<std::uint64_t> LeaseBook::any(const std::string& resource) {
  TRY(Shelf* const found, shelf(resource));
  std::size_t from = 0;
  while (true) {
    for (std::size_t i = from; i < found->leases.size(); ++i) {
      if (!in_force(found->leases[i], now_)) continue;
      const auto number = allocate(found->leases[i], now_);
      if (!number) continue;
      found->changed[i] = true;
      return *number;
    }
    from = found->leases.size();
    TRY(const bool more, grow(*found, {resource, std::nullopt}));
    if (!more) return dry(resource);
  }
}

Result<void> LeaseBook::take(const std::string& resource, std::uint64_t number) {
  TRY(Shelf* const found, shelf(resource));
  std::size_t from = 0;
  while (true) {
    for (std::size_t i = from; i < found->leases.size(); ++i) {
      auto& lease = found->leases[i];
      if (!covers(lease, number)) continue;
      if (is_used(lease, number))
        return failed(Code::conflict, "ipam.address_in_use", "{} of {} is already allocated.", number, resource);
      if (!in_force(lease, now_)) continue;
      domain::take(lease, number);
      found->changed[i] = true;
      return {};
    }
    from = found->leases.size();
    TRY(const bool more, grow(*found, {resource, number}));
    if (!more) return dry(resource);
  }
}

Result<void> LeaseBook::free(const std::string& resource, std::uint64_t number, Duration quarantine) {
  TRY(Shelf* const found, shelf(resource));
  for (std::size_t i = 0; i < found->leases.size(); ++i) {
    if (!is_used(found->leases[i], number)) continue;
    free_number(found->leases[i], number, now_, quarantine);
    found->changed[i] = true;
  }
  return {};
}

std::vector<Lease> LeaseBook::changed() const {
  std::vector<Lease> out;
  for (const auto& [resource, shelf] : shelves_) {
    for (std::size_t i = 0; i < shelf.leases.size(); ++i) {
      if (shelf.changed[i]) out.push_back(shelf.leases[i]);
    }
  }
  return out;
}

std::vector<std::string> LeaseBook::low() const {
  std::vector<std::string> out;
  for (const auto& [resource, shelf] : shelves_) {
    if (is_low(shelf.leases, now_)) out.push_back(resource);
  }
  return out;
}

bool is_low(const std::vector<Lease>& leases, Time now) {
  std::uint64_t total = 0;
  std::uint64_t free = 0;
  for (const auto& lease : leases) {
    if (!in_force(lease, now)) continue;
    total += lease.count;
    free += free_count(lease, now);
  }
  return total >= low_water_divisor && free * low_water_divisor < total;
}

}  // namespace causeway::domain
