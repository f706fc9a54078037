"""A real registry (Debian's docker-registry) with passwords, on the underlay of the cloud, where the hosts' Docker Engines reach it."""
import base64
import crypt
import json
import os
import re
import socket
import subprocess
import tempfile
import time

from cloud import IMAGE, UnixConnection

USER, PASSWORD = "puller", "s3cret-of-the-registry"


def engine(path, method, target, body=None, headers=None):
    """One call of a Docker Engine; its whole answer as text."""
    connection = UnixConnection(path)
    try:
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


class Registry:
    def __init__(self, cloud):
        self.cloud = cloud
        # the address of the underlay that is this process's own
        self.domain = next(h["vtep"] for h in cloud.hosts.values()).rsplit(".", 2)[0] + ".0.1:5000"
        self.folder = tempfile.mkdtemp(prefix="registry-", dir=cloud.state)
        passwords, config = os.path.join(self.folder, "passwords"), os.path.join(self.folder, "config.yml")
        with open(passwords, "w") as file:
            file.write(f"{USER}:{crypt.crypt(PASSWORD, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16))}\n")
        with open(config, "w") as file:
            json.dump({"version": "0.1", "log": {"accesslog": {"disabled": False}, "level": "info"},
                       "storage": {"filesystem": {"rootdirectory": os.path.join(self.folder, "data")}},
                       "http": {"addr": self.domain, "secret": "not-shared"},
                       "auth": {"htpasswd": {"realm": "test", "path": passwords}}}, file)
        self.log = os.path.join(self.folder, "log")
        self.process = subprocess.Popen(["docker-registry", "serve", config], stdout=open(self.log, "w"), stderr=subprocess.STDOUT)
        self.wait_up()

    def wait_up(self):
        address, port = self.domain.split(":")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert self.process.poll() is None, open(self.log).read()
            try:
                socket.create_connection((address, int(port)), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the registry did not come up")

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def push(self, host, name):
        """Pushes the busybox image as <registry>/<name>, through a host's Docker Engine, and leaves nothing of it there."""
        path = self.cloud.hosts[host]["docker_socket"]
        auth = base64.urlsafe_b64encode(json.dumps({"username": USER, "password": PASSWORD, "serveraddress": self.domain}).encode()).decode()
        with open(IMAGE, "rb") as file:
            status, text = engine(path, "POST", "/images/load?quiet=1", file.read(), {"Content-Type": "application/x-tar"})
        assert status == 200, text
        status, text = engine(path, "POST", f"/images/causeway/busybox:latest/tag?repo={self.domain}/{name}&tag=latest")
        assert status == 201, text
        status, text = engine(path, "POST", f"/images/{self.domain}/{name}/push?tag=latest", headers={"X-Registry-Auth": auth})
        assert status == 200 and '"error"' not in text, text
        for image in (f"{self.domain}/{name}:latest", "causeway/busybox:latest"):
            assert engine(path, "DELETE", f"/images/{image}")[0] == 200

    def pulls_of(self, name):
        """How often the manifest of an image was given out."""
        with open(self.log) as file:
            text = file.read()
        return len(re.findall(rf'"GET /v2/{re.escape(name)}/manifests/\S+ HTTP/1.1" 200', text))
