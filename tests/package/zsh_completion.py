"""What zsh makes of a line when TAB is pressed: an interactive zsh of this machine, on a terminal, with a folder of completions before its own."""
import os
import pty
import select
import signal
import tempfile
import time


class Zsh:
    """Use as a context manager; `completed("causeway boot")` is the line after TAB."""

    def __init__(self, folder):
        self.work = tempfile.mkdtemp(prefix="cw-zsh-")
        self.said = os.path.join(self.work, "line")
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.chdir("/")
            os.execve("/usr/bin/zsh", ["zsh", "-f", "-i"], {"PATH": "/usr/bin:/bin", "TERM": "dumb", "HOME": self.work, "ZDOTDIR": self.work})
        self.pid = pid
        self.type(f"fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -d {self.work}/dump; setopt no_beep no_list_beep no_prompt_cr; "
                  f"say() {{ print -r -- \"$BUFFER\" > {self.said}.new; mv {self.said}.new {self.said}; BUFFER=; zle reset-prompt }}; zle -N say; bindkey '^X' say; "
                  f"bindkey '^I' complete-word; print ready > {self.said}\n")
        assert self.wait_for_line() == "ready"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)
        for name in os.listdir(self.work):
            os.unlink(os.path.join(self.work, name))
        os.rmdir(self.work)

    def type(self, text):
        os.write(self.terminal, text.encode())

    def wait_for_line(self, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            # what it draws must be taken, or it waits
            if select.select([self.terminal], [], [], 0.02)[0]:
                os.read(self.terminal, 65536)
            if os.path.exists(self.said):
                with open(self.said) as file:
                    line = file.read().rstrip("\n")
                os.unlink(self.said)
                return line
        raise AssertionError("zsh says nothing")

    def completed(self, line):
        self.type(line + "\t\x18")
        return self.wait_for_line()
