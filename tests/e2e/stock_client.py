"""The distribution's `openstack` client inside this process: importing it takes longer than most of its commands."""
import contextlib
import importlib.metadata
import io
import json
import logging
import os
import sys

from cloud import CENTRAL


CONTAINER = ("openstack.container.v1",)
NETWORK = ("openstack.network.v2", "openstack.common")


def subcommands(groups=CONTAINER):
    """Every command of these parts of the client, as it is typed."""
    return {point.name.replace("_", " ") for group in groups for point in importlib.metadata.entry_points(group=group)}


class Done:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err
        self.text = out + err

    def json(self):
        return json.loads(self.out)


class StockClient:
    """Runs commands and remembers which succeeded, and which were seen to refuse a mistake."""

    def __init__(self, cloud, region, groups=CONTAINER):
        self.cloud, self.region = cloud, region
        self.known = sorted(subcommands(groups), key=len, reverse=True)
        self.succeeded, self.refused = set(), set()

    def command_of(self, words):
        typed = " ".join(w for w in words if not w.startswith("--os-"))
        return next(name for name in self.known if typed == name or typed.startswith(name + " "))

    def run(self, *words, region=None, who=None, version=None):
        """`who`: (token, project) of somebody else than the administrator."""
        from openstackclient.shell import OpenStackShell
        from osc_lib import clientmanager
        for cache in vars(clientmanager.ClientManager).values():
            if isinstance(cache, clientmanager.ClientCache):
                cache._handle = None  # made for the caller and the region before
        argv = ["--os-auth-type", "token", "--os-auth-url", self.cloud.url(CENTRAL, "identity") + "/v3",
                "--os-project-domain-name", "Default", "--os-region-name", region or self.region]
        token, project = who or (self.cloud.token(), "admin")
        argv += ["--os-token", token, "--os-project-name", project]
        if version:
            argv += ["--os-container-api-version", version]
        out, err = io.StringIO(), io.StringIO()
        before = dict(os.environ), logging.root.handlers[:], logging.root.level
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = OpenStackShell().run(argv + list(words))
            except SystemExit as stop:
                code = stop.code
        logging.root.handlers[:] = before[1]
        logging.root.setLevel(before[2])
        return Done(code, out.getvalue(), err.getvalue())

    def ok(self, *words, fmt="json", says=None, **options):
        """Must succeed; its parsed output, or its text when it has none to parse."""
        at = self.command_of(words).count(" ") + 1  # what follows the image's name is the container's own command
        done = self.run(*words[:at], *(["-f", fmt] if fmt else []), *words[at:], **options)
        assert done.code in (0, None), (words, done.code, done.text)
        assert "failed" not in done.out.lower(), (words, done.text)
        assert says is None or says in done.text, (words, done.text)
        self.succeeded.add(self.command_of(words))
        return done.json() if fmt == "json" else done.text

    def refuses(self, *words, says, **options):
        """Must tell the user what is wrong; many commands of this client do that and still end with 0."""
        done = self.run(*words, **options)
        assert says.lower() in done.text.lower(), (words, done.code, done.text)
        assert done.code not in (0, None) or "failed" in done.text.lower() or "error" in done.text.lower(), (words, done.code, done.text)
        assert "Traceback" not in done.text, (words, done.text)
        self.refused.add(self.command_of(words))
        return done.text
