#include "causeway/services/containers/data/commits.hpp"

#include <algorithm>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container_report.hpp"
#include "causeway/services/containers/actions/action_log.hpp"
#include "causeway/services/containers/lookup.hpp"
#include "causeway/services/containers/on_host.hpp"

namespace causeway::services {

using boundary::Writer;
using domain::Container;
using domain::ContainerTask;
using domain::TaskAction;

namespace {

constexpr std::size_t max_name = 255;

Result<void> check_name(std::string_view what, const std::string& text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c != 0x7f; });
  if (!text.empty() && text.size() <= max_name && printable) return {};
  return failed(fail(Code::invalid, "commit.bad_name",
                     "Invalid input for query parameters '{}'. Value: '{}'. It must be 1 to {} characters without blanks.",
                     what, text.substr(0, 40), max_name)
                    .at(std::string(what)));
}

bool is_commit_into(const ContainerTask& task, const std::string& image) {
  return task.action == TaskAction::commit && task.image_id == image;
}

}  // namespace

Result<domain::ImageId> Commits::commit(const domain::Caller& who, const std::string& ident, const Request& request) {
  const std::string tag = request.tag.empty() ? "latest" : request.tag;
  TRY_VOID(check_name("repository", request.repository));
  TRY_VOID(check_name("tag", tag));
  // what cannot be committed makes no image, wherever images are kept
  TRY_VOID(boundary::view(deps_.store, [&](boundary::Reader& reader) -> Result<void> {
    TRY_VOID(committable(reader, who, ident));
    return {};
  }));
  TRY(const auto image, deps_.images.prepare_commit(who, request.repository, tag));
  auto queued = deps_.store.write([&](Writer& writer) { return queue(writer, who, ident, image, request.request_id); });
  if (queued) return image.id;
  const auto undone = deps_.store.write([&](Writer& writer) { return deps_.images.end_commit(writer, image.id); });
  ignore(undone, "with the store away, the image service undoes it at the next start");
  return failed(std::move(queued).error());
}

Result<Container> Commits::committable(boundary::Reader& reader, const domain::Caller& who, const std::string& ident) {
  TRY(auto container, find_container(reader, who, ident));
  TRY_VOID(check_allowed(reader, container, domain::ContainerAction::commit));
  TRY_VOID(living_host(reader, container));
  if (container.tasks.size() >= deps_.max_tasks) {
    return failed(Code::exhausted, "container.too_many_tasks",
                  "Container {} already has {} actions that its host has not done yet.", container.id,
                  container.tasks.size());
  }
  return container;
}

Result<void> Commits::queue(Writer& writer, const domain::Caller& who, const std::string& ident,
                            const boundary::CommitImage& image, const std::string& request_id) {
  const Time now = deps_.clock.now();
  TRY(auto container, committable(writer, who, ident));
  TRY_VOID(deps_.images.begin_commit(writer, who, image));
  ContainerTask task;
  task.action = TaskAction::commit;
  task.image_id = image.id.str();
  task.request_id = request_id;
  domain::enqueue(container, std::move(task));
  container.updated_at = now;
  TRY_VOID(boundary::put(writer, container));
  return begin_action(writer, who, container.id, "commit", request_id, now);
}

Result<void> Commits::check_sender(const domain::HostName& host, const domain::ImageId& image) {
  return boundary::view(deps_.store, [&](boundary::Reader& reader) -> Result<void> {
    TRY(const auto held, boundary::list<Container>(reader, boundary::By{"host", host.str()}));
    const bool asked = std::any_of(held.begin(), held.end(), [&](const Container& container) {
      return std::any_of(container.tasks.begin(), container.tasks.end(),
                         [&](const ContainerTask& task) { return is_commit_into(task, image.str()); });
    });
    if (asked) return {};
    return failed(Code::forbidden, "commit.foreign", "Nobody asked host {} for the data of image {}.", host, image);
  });
}

Result<void> end_commits(Writer& writer, boundary::ImageCatalog& images, const std::vector<ContainerTask>& before,
                         const std::vector<ContainerTask>& after) {
  for (const auto& task : before) {
    const bool waits = std::any_of(after.begin(), after.end(), [&](const auto& left) { return left.seq == task.seq; });
    if (task.action != TaskAction::commit || waits) continue;
    TRY_VOID(images.end_commit(writer, domain::ImageId(task.image_id)));
  }
  return {};
}

}  // namespace causeway::services
