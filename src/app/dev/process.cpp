#include "causeway/app/dev/process.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>

#include "causeway/base/encoding.hpp"

namespace causeway::app {
namespace {

Error system_error(std::string_view what) {
  return fail(Code::internal, "lab.system", "{}: {}", what, std::strerror(errno));
}

/// In a child between fork and exec: only async-signal-safe calls.
void enter(const Namespaces& in) {
  if (in.init < 0) return;
  const int pidfd = int(syscall(SYS_pidfd_open, in.init, 0));
  if (pidfd < 0 || setns(pidfd, CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC) != 0) _exit(126);
  close(pidfd);
}

[[noreturn]] void execute(const std::vector<char*>& argv, const std::vector<char*>& envp) {
  execvpe(argv[0], argv.data(), envp.data());
  constexpr char message[] = "cannot execute the program\n";
  if (write(STDERR_FILENO, message, sizeof message - 1) < 0) _exit(126);
  _exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

void become_leader_and_die_with_parent() {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

Result<pid_t> spawn(const Spawn& what) {
  std::vector<std::string> command = what.command;
  std::vector<std::string> environment = what.environment;
  if (what.listen_fd >= 0) environment.push_back("LISTEN_FDS=1");
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  const auto argv = pointers(command);
  const auto envp = pointers(environment);
  const int log = open(what.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) return failed(system_error(what.log_file));
  int pipe_fds[2];
  if (pipe2(pipe_fds, O_CLOEXEC) != 0) return failed(system_error("pipe"));

  // A process enters a PID namespace only by being born in it: the first child enters, the second is the program. CLONE_PARENT
  // makes the program our child and not the launcher's: we wait for it, and it dies with us.
  const pid_t launcher = fork();
  if (launcher == 0) {
    enter(what.in);
    const pid_t program = pid_t(syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0));
    if (program != 0) {
      if (write(pipe_fds[1], &program, sizeof program) < 0) _exit(1);
      _exit(0);
    }
    become_leader_and_die_with_parent();
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    const int null = open("/dev/null", O_RDONLY);
    if (null >= 0) dup2(null, STDIN_FILENO);
    if (what.listen_fd >= 0) {
      if (what.listen_fd == 3) {
        fcntl(3, F_SETFD, 0);
      } else {
        dup2(what.listen_fd, 3);
      }
    }
    execute(argv, envp);
  }
  close(log);
  close(pipe_fds[1]);
  pid_t program = -1;
  const ssize_t got = launcher < 0 ? -1 : read(pipe_fds[0], &program, sizeof program);
  close(pipe_fds[0]);
  int status = 0;
  if (launcher > 0) waitpid(launcher, &status, 0);
  if (got != ssize_t(sizeof program) || program <= 0) {
    return failed(Code::internal, "lab.spawn", "Could not start {}.", what.command.front());
  }
  return program;
}

Result<void> run(const std::vector<std::string>& command, const Namespaces& in) {
  std::vector<std::string> copy = command;
  const auto argv = pointers(copy);
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  const auto envp = pointers(environment);
  int pipe_fds[2];
  if (pipe2(pipe_fds, O_CLOEXEC) != 0) return failed(system_error("pipe"));
  const pid_t child = fork();
  if (child == 0) {
    if (in.init >= 0) {
      const int pidfd = int(syscall(SYS_pidfd_open, in.init, 0));
      if (pidfd < 0 || setns(pidfd, CLONE_NEWNET) != 0) _exit(126);
    }
    dup2(pipe_fds[1], STDOUT_FILENO);
    dup2(pipe_fds[1], STDERR_FILENO);
    execute(argv, envp);
  }
  close(pipe_fds[1]);
  std::string output;
  char buffer[4096];
  ssize_t got = 0;
  while ((got = read(pipe_fds[0], buffer, sizeof buffer)) > 0) output.append(buffer, std::size_t(got));
  close(pipe_fds[0]);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0) return failed(system_error("waitpid"));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return failed(Code::internal, "lab.command", "`{}` failed: {}", fmt::join(command, " "), trim(output));
}

bool alive(pid_t pid) {
  std::ifstream stat(fmt::format("/proc/{}/stat", pid));
  std::string text;
  if (!std::getline(stat, text)) return false;
  const auto end = text.rfind(')');
  return end != std::string::npos && end + 2 < text.size() && text[end + 2] != 'Z' && text[end + 2] != 'X';
}

}  // namespace causeway::app
