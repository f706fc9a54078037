"""The distribution's own Glance, as its users run it: in front of files, with its database in the test's MariaDB and its users in the test's Keystone."""
import contextlib
import os
import shutil
import signal
import socket
import threading

from services import SERVICE_PASSWORD, Process, answers, ask, run

GLANCE_PORT = 9292


class Glance:
    """Glance v2 on loopback; in the catalog is what stands in front of it (Wire). `stop` ends it, `serve` brings it back with all that it knows."""

    def __init__(self, folder, database, keystone, address="127.0.0.1", port=19292):
        self.name = "glance"
        self.folder = os.path.join(folder, self.name)
        self.database, self.keystone, self.address, self.port = database, keystone, address, port
        self.url = f"http://{address}:{port}"
        self.store = os.path.join(self.folder, "images")
        self.config = os.path.join(self.folder, "glance-api.conf")
        self.process = None

    def start(self):
        os.makedirs(self.store)
        for name in ("staging", "tasks", "tmp"):
            os.makedirs(os.path.join(self.folder, name))
        self.keystone.make_user("glance", SERVICE_PASSWORD, "service", roles=("admin", "service"))
        shutil.copy("/etc/glance/glance-api-paste.ini", self.folder)
        with open(self.config, "w") as file:
            file.write(f"""[DEFAULT]
use_stderr = true
enforce_secure_rbac = true
enabled_backends = files:file
node_staging_uri = file://{self.folder}/staging
[database]
connection = {self.database.make(self.name)}
[glance_store]
default_backend = files
[files]
filesystem_store_datadir = {self.store}
[os_glance_staging_store]
filesystem_store_datadir = {self.folder}/staging
[os_glance_tasks_store]
filesystem_store_datadir = {self.folder}/tasks
[image_format]
container_formats = ami,ari,aki,bare,ovf,ova,docker
[paste_deploy]
flavor = keystone
[keystone_authtoken]
www_authenticate_uri = {self.keystone.url}
auth_url = {self.keystone.url}
auth_type = password
project_domain_name = Default
user_domain_name = Default
project_name = service
username = glance
password = {SERVICE_PASSWORD}
service_token_roles = service
service_token_roles_required = true
service_type = image
[oslo_policy]
enforce_new_defaults = true
enforce_scope = true
""")
        run(["glance-manage", "--config-file", self.config, "db_sync"], self.folder)
        self.serve()

    def serve(self):
        # the options are those of Debian's /etc/glance/glance-api-uwsgi.ini; OS_GLANCE_CONFIG_DIR is where the WSGI script finds its configuration
        self.process = Process(self.name, self.folder, [
            "uwsgi", "--plugin", "python3", "--master", "--die-on-term", "--need-app", "--no-orphans", "--processes", "1", "--threads", "8", "--enable-threads",
            "--lazy-apps", "--buffer-size", "65535", "--rem-header", "Content-Length", "--socket-timeout", "10",
            "--add-header", "Connection: close", "--http-socket", f"{self.address}:{self.port}",
            "--wsgi-file", "/usr/bin/glance-wsgi-api", "--procname-prefix", self.name + " "],
            {"OS_GLANCE_CONFIG_DIR": self.folder, "TMPDIR": os.path.join(self.folder, "tmp")})
        self.process.wait_for(lambda: answers(self.url + "/healthcheck"))

    def stop(self, how=signal.SIGINT):
        if self.process:
            self.process.stop(how)

    def kill(self):
        """At once, as a machine dies: with all its workers."""
        self._signal_all(signal.SIGKILL)
        self.process.process.wait(10)

    def freeze(self):
        """It accepts connections, and answers none of them, until `thaw`."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self):
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, which):
        master = self.process.process.pid
        with open(f"/proc/{master}/task/{master}/children") as file:
            workers = [int(pid) for pid in file.read().split()]
        for pid in (master, *workers):
            os.kill(pid, which)

    def data_file(self, image_id):
        """Where it keeps an image's bytes."""
        return os.path.join(self.store, image_id)

    def images(self):
        """All that it knows, of every project."""
        token = self.keystone.login()
        return ask("GET", self.url + "/v2/images?limit=1000", headers={"X-Auth-Token": token})[1]["images"]


class Wire:
    """Stands in front of a Glance as a cable does, and breaks as it is told: a listener that passes bytes on both ways.

    Glance closes each connection after its answer, so that a connection is a request. `downloads` keeps the heads of the
    requests for data, in lower case."""

    def __init__(self, address, to_address, to_port, port=GLANCE_PORT):
        self.address, self.port, self.to = address, port, (to_address, to_port)
        self.url = f"http://{address}:{port}"
        self.listener = None
        self.behave()
        self.downloads = []

    def behave(self):
        self.status = None       # every request is answered with this instead
        self.cut_after = None    # downloads end after so many bytes of their answer
        self.cuts_left = 0       # so many of them
        self.held = None         # an event: downloads stop after `cut_after` bytes until it is set, and are cut then
        self.reached = threading.Event()  # a download has stopped there

    def start(self):
        self.listener = socket.create_server((self.address, self.port), backlog=64)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def stop(self):
        """Nobody answers at its address any more."""
        if self.listener:
            listener, self.listener = self.listener, None
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _accept(self, listener):
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        with peer, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = peer.recv(65536)
                if not piece:
                    return
                head += piece
            is_download = head.startswith(b"GET ") and b"/file " in head.split(b"\r\n", 1)[0]
            if is_download:
                self.downloads.append(head.decode().lower())
            if self.status:
                peer.sendall(f"HTTP/1.1 {self.status} As asked\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                return
            with socket.create_connection(self.to) as glance:
                glance.sendall(head)
                threading.Thread(target=self._pass_on, args=(peer, glance), daemon=True).start()
                try:
                    self._answer(glance, peer, is_download and self.cuts_left > 0)
                finally:
                    for end in (peer, glance):  # the other thread still reads, so that closing alone would tell nobody
                        with contextlib.suppress(OSError):
                            end.shutdown(socket.SHUT_RDWR)

    def _answer(self, glance, peer, cut):
        passed = 0
        if cut:
            self.cuts_left -= 1
        while piece := glance.recv(65536):
            if cut and passed + len(piece) >= self.cut_after:
                peer.sendall(piece[:self.cut_after - passed])
                self.reached.set()
                if self.held:
                    self.held.wait(60)
                return
            peer.sendall(piece)
            passed += len(piece)

    @staticmethod
    def _pass_on(peer, glance):
        with contextlib.suppress(OSError):
            while piece := peer.recv(65536):
                glance.sendall(piece)
            glance.shutdown(socket.SHUT_WR)
