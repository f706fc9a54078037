#include "causeway/services/images/external/external_commits.hpp"

#include "causeway/base/log.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/services/images/records.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::ExternalCommit;
using domain::ExternalCommitState;
using domain::ImageId;

namespace {

/// It may have been made nevertheless.
bool is_unclear(const Error& error) {
  const bool was_asked = error.reason != "glance.unreachable" && !error.reason.starts_with("keystone.");
  return was_asked && (error.code == Code::unavailable || error.code == Code::timeout || error.code == Code::cancelled || error.code == Code::internal);
}

}  // namespace

/// One upload of an image at a time.
class ExternalCommits::Turn {
 public:
  Turn(ExternalCommits& commits, const ImageId& image) : commits_(commits), image_(image) {
    const std::lock_guard lock(commits_.mutex_);
    is_ours = commits_.uploading_.insert(image_).second;
  }
  ~Turn() {
    const std::lock_guard lock(commits_.mutex_);
    if (is_ours) commits_.uploading_.erase(image_);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  bool is_ours = false;

 private:
  ExternalCommits& commits_;
  const ImageId image_;
};

Result<void> ExternalCommits::recover() {
  return deps_.store.write([](Writer& writer) -> Result<void> {
    TRY(const auto known, boundary::list<ExternalCommit>(writer));
    for (auto commit : known) {
      if (commit.state != ExternalCommitState::making) continue;
      commit.state = ExternalCommitState::ending;
      TRY_VOID(boundary::put(writer, commit));
    }
    return {};
  });
}

Result<boundary::CommitImage> ExternalCommits::prepare(const domain::Caller& who, const std::string& name, const std::string& tag) {
  TRY(const auto token, deps_.tokens.token_of(who));
  const boundary::CommitImage image{ImageId(deps_.ids.uuid()), name, tag};
  TRY_VOID(deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, ExternalCommit{image.id, ExternalCommitState::making, deps_.clock.now()}));
    return {};
  }));
  auto made = deps_.glance.create(token, {image.id, name, tag});
  if (made) return image;
  ignore(is_unclear(made.error()) ? mark(image.id, ExternalCommitState::ending) : forget(image.id),
         "a record that stays is settled after the next start");
  return failed(std::move(made).error());
}

Result<void> ExternalCommits::mark(const ImageId& image, ExternalCommitState state) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto commit, boundary::find<ExternalCommit>(writer, image));
    if (!commit) return {};
    commit->state = state;
    TRY_VOID(boundary::put(writer, *commit));
    return {};
  });
}

Result<void> ExternalCommits::begin(Writer& writer, const boundary::CommitImage& image) {
  TRY(auto commit, boundary::find<ExternalCommit>(writer, image.id));
  if (!commit) return no_such_image(image.id.str());
  commit->state = ExternalCommitState::waiting;
  TRY_VOID(boundary::put(writer, *commit));
  return {};
}

Result<bool> ExternalCommits::end(Writer& writer, const ImageId& image) {
  TRY(auto commit, boundary::find<ExternalCommit>(writer, image));
  if (!commit) return false;
  commit->state = ExternalCommitState::ending;
  TRY_VOID(boundary::put(writer, *commit));
  return true;
}

Result<bool> ExternalCommits::knows(const ImageId& image) {
  TRY(const auto commit, boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<ExternalCommit>(reader, image); }));
  return commit.has_value();
}

Result<void> ExternalCommits::upload(const ImageId& image, boundary::ByteSource& data) {
  TRY(const auto commit, boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<ExternalCommit>(reader, image); }));
  if (!commit || commit->state == ExternalCommitState::ending) return no_such_image(image.str());
  const Turn turn(*this, image);
  if (!turn.is_ours) {
    return failed(Code::unavailable, "image.upload_under_way", "The data of image {} is still being uploaded.", image);
  }
  auto done = fill(image, data);
  if (!done) return judge(image, std::move(done).error());
  const std::lock_guard lock(mutex_);
  trouble_since_.erase(image);
  return {};
}

Result<void> ExternalCommits::fill(const ImageId& image, boundary::ByteSource& data) {
  TRY(const auto there, deps_.glance.look_up(image));
  if (there.status == "active" || there.status == "deactivated") return {};
  if (there.status == "saving") {
    return failed(Code::unavailable, "image.saving", "The image service has not noticed yet that an upload of image {} broke off.", image);
  }
  return deps_.glance.upload(image, data);
}

/// What may pass is tried again by the host, though not for ever: other tasks of the container wait behind this one.
Result<void> ExternalCommits::judge(const ImageId& image, Error error) {
  if (error.code != Code::unavailable && error.code != Code::timeout) return failed(std::move(error));
  const auto lasted = in_trouble_for(image);
  if (error.reason == "image.saving" && lasted > deps_.options.until_noticed) {
    return failed(Code::conflict, "image.wrong_status", "Image {} is saving: an upload of it broke off, and it takes no other.", image);
  }
  if (lasted > deps_.options.patience) {
    return failed(Code::exhausted, "image.commit_failed", "The data of image {} could not be uploaded: {}", image, error.message);
  }
  return failed(std::move(error));
}

std::chrono::nanoseconds ExternalCommits::in_trouble_for(const ImageId& image) {
  const auto now = deps_.clock.now();
  const std::lock_guard lock(mutex_);
  return now - trouble_since_.try_emplace(image, now).first->second;
}

Result<void> ExternalCommits::settle() {
  TRY(const auto known, boundary::view(deps_.store, [](Reader& reader) { return boundary::list<ExternalCommit>(reader); }));
  Result<void> outcome;
  for (const auto& commit : known) {
    if (commit.state != ExternalCommitState::ending) continue;
    if (auto done = settle_one(commit); !done) outcome = std::move(done);
  }
  return outcome;
}

Result<void> ExternalCommits::settle_one(const ExternalCommit& commit) {
  const auto& image = commit.id;
  const auto there = deps_.glance.look_up(image);
  if (!there && there.error().code != Code::not_found) return failed(there.error());
  // a request that was given up may still be on its way
  if (!there && deps_.clock.now() - commit.asked_at < deps_.options.late_answer) return {};
  if (there && there->status != "active" && there->status != "deactivated") {
    TRY_VOID(deps_.glance.remove(image));
    log::info("image {}, which a commit began, got no data and is deleted", image);
  }
  return forget(image);
}

Result<void> ExternalCommits::forget(const ImageId& image) {
  {
    const std::lock_guard lock(mutex_);
    trouble_since_.erase(image);
  }
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::erase<ExternalCommit>(writer, image));
    return {};
  });
}

}  // namespace causeway::services
