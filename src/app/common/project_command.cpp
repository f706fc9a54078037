#include "causeway/app/common/project_command.hpp"

#include "causeway/app/common/service_process.hpp"
#include "causeway/services/common/projects/project_move.hpp"

namespace causeway::app {
namespace {

Result<void> move(const ProjectMoveOptions& options) {
  TRY(const auto config, load_config(options.config_file));
  if (config.has_role("agent")) {
    return failed(Code::invalid, "project.agent", "{} is of a host, which owns nothing: move the project in the centre and in every region.", options.config_file);
  }
  ServiceProcess process(config);
  TRY_VOID(process.open_state(1));
  const auto mode = options.dry_run ? services::MoveMode::dry_run : services::MoveMode::perform;
  TRY(const auto moved, services::move_project(process.store(), {domain::ProjectId(options.from), domain::ProjectId(options.to)}, mode));
  for (const auto& [kind, count] : moved) fmt::print("{}{} {}\n", options.dry_run ? "would move " : "", count, kind);
  if (moved.empty()) fmt::print("Nothing here belongs to project {}.\n", options.from);
  return {};
}

}  // namespace

int project_move_command(const ProjectMoveOptions& options) {
  const auto done = move(options);
  if (done) return 0;
  fmt::print(stderr, "causeway project move: {}\n", done.error().message);
  return 1;
}

}  // namespace causeway::app
