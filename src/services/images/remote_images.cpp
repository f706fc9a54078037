#include "causeway/services/images/remote_images.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/services/images/records.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::ImageCopy;
using domain::RemoteImage;

namespace {

void count_transfer(const domain::RegionName& from) {
  metrics::counter("causeway_image_transfers_total", "Images fetched from other regions", {{"from", from.str()}}).add();
}

Error being_fetched(const RemoteImage& remote) {
  return fail(Code::unavailable, "image.being_fetched", "Image {} is being fetched from region {}.", remote.image_id,
              remote.region);
}

}  // namespace

Result<std::unique_ptr<boundary::ByteSource>> RemoteImages::open(const domain::ImageId& id, boundary::ByteRange range) {
  TRY(const auto held, boundary::view(deps_.store, [&](Reader& reader) {
        return boundary::list<RemoteImage>(reader, boundary::By{"image_id", id.str()});
      }));
  if (held.empty()) return no_such_image(id.str());
  for (const auto& remote : held) {
    TRY(auto copy, open_copy(remote, range));
    if (copy) return copy;
  }
  const RemoteImage& remote = held.front();
  TRY_VOID(wait_for(remote));
  TRY(auto copy, open_copy(remote, range));
  if (!copy) return failed(being_fetched(remote));
  return copy;
}

/// None when there is no copy of what is announced now.
Result<std::unique_ptr<boundary::ByteSource>> RemoteImages::open_copy(const RemoteImage& remote, boundary::ByteRange range) {
  TRY(const auto copy, boundary::view(deps_.store, [&](Reader& reader) {
        return boundary::find<ImageCopy>(reader, remote.id);
      }));
  if (!copy || copy->os_hash_value != remote.os_hash_value) return nullptr;
  auto data = deps_.blobs.open(copy->blob, range);
  if (!data && data.error().code == Code::not_found) return nullptr;
  return data;
}

Result<void> RemoteImages::wait_for(const RemoteImage& remote) {
  TRY(const auto transfer, join_transfer(remote));
  std::unique_lock lock(mutex_);
  if (!transfer->done && waiting_ < deps_.options.max_waiting) {
    ++waiting_;
    ended_.wait_for(lock, deps_.options.patience, [&] { return transfer->done; });
    --waiting_;
  }
  if (!transfer->done) return failed(being_fetched(remote));
  if (transfer->trouble) return failed(*transfer->trouble);
  return {};
}

/// The transfer that is under way, or a new one.
Result<std::shared_ptr<RemoteImages::Transfer>> RemoteImages::join_transfer(const RemoteImage& remote) {
  std::shared_ptr<Transfer> old;  // joined outside of the lock; its thread has nothing left to do
  const std::lock_guard lock(mutex_);
  if (stopping_) return failed(Code::unavailable, "region.stopping", "The region is stopping.");
  auto& slot = transfers_[remote.id];
  if (slot && !slot->done) return slot;
  const auto running = std::count_if(transfers_.begin(), transfers_.end(),
                                     [](const auto& entry) { return entry.second && !entry.second->done; });
  if (std::size_t(running) >= deps_.options.max_transfers) return failed(being_fetched(remote));
  old = std::exchange(slot, std::make_shared<Transfer>());
  slot->thread = std::jthread([this, remote, mine = slot.get()](const std::stop_token& stop) {
    auto outcome = transfer(remote, stop);
    if (!outcome) log::warn("image {} of region {}: {}", remote.image_id, remote.region, outcome.error().describe());
    const std::lock_guard done(mutex_);
    mine->done = true;
    if (!outcome) mine->trouble = std::move(outcome).error();
    ended_.notify_all();
  });
  return slot;
}

Result<void> RemoteImages::transfer(const RemoteImage& remote, const std::stop_token& stop) {
  TRY(const auto come_meanwhile, open_copy(remote, {}));
  if (come_meanwhile) return {};  // by the transfer that ended between the look for a copy and this one
  count_transfer(remote.region);
  TRY(const auto writer, deps_.blobs.begin());
  TRY(const auto digest, deps_.digests.begin(boundary::DigestKind::sha512));
  std::uint64_t size = 0;
  const auto piece = [&](std::string_view bytes) -> Result<void> {
    size += bytes.size();
    if (size > std::uint64_t(remote.size)) {
      return failed(Code::unavailable, "image.bad_transfer", "Region {} sent more data for image {} than it announced.",
                    remote.region, remote.image_id);
    }
    digest->update(bytes);
    return writer->append(bytes);
  };
  auto fetched = deps_.regions.fetch(remote, piece, stop);
  if (!fetched && fetched.error().reason == "region.unreachable") {
    auto error = std::move(fetched).error();
    error.message = fmt::format("Image {} is in region {}, which cannot be reached now.", remote.image_id, remote.region);
    return failed(std::move(error));
  }
  if (!fetched) return fetched;
  if (digest->finish() != remote.os_hash_value) {
    return failed(Code::unavailable, "image.bad_transfer", "The data that region {} sent for image {} is not what it announced.",
                  remote.region, remote.image_id);
  }
  const std::string blob = deps_.ids.uuid();
  TRY_VOID(writer->commit(blob));
  auto kept = remember(remote, blob);
  if (!kept) ignore(deps_.blobs.remove(blob), "what no record names is removed at the next start");
  if (kept) log::info("image {} was fetched from region {}", remote.image_id, remote.region);
  return kept;
}

Result<void> RemoteImages::remember(const RemoteImage& remote, const std::string& blob) {
  TRY(const auto replaced, boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::string> {
        TRY(const auto still, boundary::find<RemoteImage>(writer, remote.id));
        if (!still || still->os_hash_value != remote.os_hash_value) {
          return failed(Code::unavailable, "image.being_fetched", "Image {} was removed from region {} meanwhile.",
                        remote.image_id, remote.region);
        }
        TRY(const auto before, boundary::find<ImageCopy>(writer, remote.id));
        TRY_VOID(boundary::put(writer, ImageCopy{remote.id, remote.os_hash_value, blob}));
        return before ? before->blob : "";
      }));
  if (!replaced.empty()) ignore(deps_.blobs.remove(replaced), "what no record names is removed at the next start");
  return {};
}

Result<void> RemoteImages::sweep() {
  const auto outdated = [](Reader& reader) -> Result<std::vector<ImageCopy>> {
    std::vector<ImageCopy> out;
    TRY(auto copies, boundary::list<ImageCopy>(reader));
    for (auto& copy : copies) {
      TRY(const auto remote, boundary::find<RemoteImage>(reader, copy.id));
      if (!remote || remote->os_hash_value != copy.os_hash_value) out.push_back(std::move(copy));
    }
    return out;
  };
  TRY(const auto seen, boundary::view(deps_.store, outdated));
  if (seen.empty()) return {};
  TRY(const auto dropped, boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::vector<ImageCopy>> {
        TRY(auto copies, outdated(writer));
        for (const auto& copy : copies) TRY_VOID(boundary::erase<ImageCopy>(writer, copy.id));
        return copies;
      }));
  for (const auto& copy : dropped) {
    log::info("the copy of {} goes: the image is gone", copy.id);
    TRY_VOID(deps_.blobs.remove(copy.blob));
  }
  return {};
}

void RemoteImages::stop() {
  std::map<std::string, std::shared_ptr<Transfer>> ending;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ending.swap(transfers_);
  }
  for (auto& [id, transfer] : ending) {
    if (transfer) transfer->thread.request_stop();
  }
}

}  // namespace causeway::services
