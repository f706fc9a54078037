"""Unit files as the package installed them."""
import glob
import os
import shlex


class Unit:
    def __init__(self, root, name):
        self.settings = {}
        folder = os.path.join(root.path, "lib/systemd/system")
        prefix = name.split("-")[0] + "-.service.d"
        drop_ins = sorted(glob.glob(os.path.join(folder, prefix, "*.conf"))) if name.endswith(".service") else []
        for path in [os.path.join(folder, name), *drop_ins]:
            self._read(path)

    def _read(self, path):
        section = None
        with open(path) as file:
            for line in map(str.strip, file):
                if line.startswith("["):
                    section = line[1:-1]
                elif line and line[0] not in "#;":
                    key, value = line.split("=", 1)
                    self.settings.setdefault((section, key), []).append(value)

    def all(self, key, section="Service"):
        return self.settings.get((section, key), [])

    def one(self, key, section="Service", default=""):
        values = self.all(key, section)
        assert len(values) <= 1, f"{key} is there more than once: {values}"
        return values[0] if values else default

    def command(self):
        """What runs the unit without systemd, as nearly as that goes: its user, its capabilities, no new privileges."""
        words = ["setpriv", "--no-new-privs"]
        capabilities = self.one("CapabilityBoundingSet").lower().replace("cap_", "").split()
        words += ["--bounding-set", ",".join(["-all", *(f"+{name}" for name in capabilities)])]
        if self.one("User"):
            words += ["--reuid", self.one("User"), "--regid", self.one("Group"), "--clear-groups"]
        return [*words, *shlex.split(self.one("ExecStart"))]

    def environment(self):
        return dict(pair.split("=", 1) for text in self.all("Environment") for pair in shlex.split(text))
