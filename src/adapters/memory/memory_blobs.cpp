#include "causeway/adapters/memory/memory_blobs.hpp"

#include <algorithm>

namespace causeway::adapters {
namespace {

class MemoryReader final : public boundary::ByteSource {
 public:
  MemoryReader(std::shared_ptr<const std::string> data, boundary::ByteRange range)
      : data_(std::move(data)), left_(*data_) {
    left_ = left_.substr(std::size_t(std::min<std::uint64_t>(range.first, left_.size())));
    left_ = left_.substr(0, std::size_t(std::min<std::uint64_t>(range.length, left_.size())));
  }
  Result<std::size_t> read(std::span<char> into) override {
    const auto count = left_.copy(into.data(), into.size());
    left_.remove_prefix(count);
    return count;
  }
  std::optional<std::uint64_t> length() const override { return left_.size(); }

 private:
  std::shared_ptr<const std::string> data_;
  std::string_view left_;
};

}  // namespace

class MemoryBlobs::Writer final : public boundary::BlobWriter {
 public:
  explicit Writer(MemoryBlobs& owner) : owner_(owner) {
    const std::scoped_lock lock(owner_.mutex_);
    ++owner_.unfinished_;
  }
  ~Writer() override {
    const std::scoped_lock lock(owner_.mutex_);
    --owner_.unfinished_;
    owner_.used_ -= data_.size();  // empty after a commit
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Result<void> append(std::string_view piece) override {
    const std::scoped_lock lock(owner_.mutex_);
    if (piece.size() > owner_.capacity_ - std::min(owner_.capacity_, owner_.used_)) {
      return failed(Code::unavailable, "blobs.full", "There is no room left to store the data.");
    }
    owner_.used_ += piece.size();
    data_ += piece;
    return {};
  }
  Result<void> commit(const std::string& name) override {
    TRY_VOID(boundary::check_blob_name(name));
    const std::scoped_lock lock(owner_.mutex_);
    auto& blob = owner_.blobs_[name];
    if (blob) owner_.used_ -= blob->size();
    blob = std::make_shared<const std::string>(std::exchange(data_, {}));
    return {};
  }

 private:
  MemoryBlobs& owner_;
  std::string data_;
};

Result<std::unique_ptr<boundary::BlobWriter>> MemoryBlobs::begin() { return std::make_unique<Writer>(*this); }

Result<std::unique_ptr<boundary::ByteSource>> MemoryBlobs::open(const std::string& name, boundary::ByteRange range) {
  TRY_VOID(boundary::check_blob_name(name));
  const std::scoped_lock lock(mutex_);
  const auto found = blobs_.find(name);
  if (found == blobs_.end())
    return failed(Code::not_found, "blobs.not_found", "The data '{}' could not be found.", name);
  return std::make_unique<MemoryReader>(found->second, range);
}

Result<void> MemoryBlobs::remove(const std::string& name) {
  TRY_VOID(boundary::check_blob_name(name));
  const std::scoped_lock lock(mutex_);
  const auto found = blobs_.find(name);
  if (found == blobs_.end()) return {};
  used_ -= found->second->size();
  blobs_.erase(found);
  return {};
}

Result<std::vector<std::string>> MemoryBlobs::list() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, data] : blobs_) names.push_back(name);
  return names;
}

Result<std::size_t> MemoryBlobs::remove_unfinished() { return 0; }

void MemoryBlobs::set_capacity(std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  capacity_ = bytes;
}

std::size_t MemoryBlobs::unfinished() const {
  const std::scoped_lock lock(mutex_);
  return unfinished_;
}

}  // namespace causeway::adapters
