"""The distribution's own MariaDB and Keystone (and Glance: glance.py), as their users run them, on loopback of the test's network namespace.

Everything they keep is in a folder that `stop` removes; every process is ours, dies with us, and is ended by its pid.
`ExternalServices(["keystone"])` is what the fixture `external` starts; a service is a class with `start()` and `stop()`.
"""
import ctypes
import http.client
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

ADMIN_PASSWORD = "causeway"  # of `causeway dev` too, so that tests log in alike
SERVICE_USER, SERVICE_PASSWORD = "causeway", "words of the service user"
KEYSTONE_PORT = 5000
# whose images are in Glance; those of other regions are in their own image service
GLANCE_REGION, GLANCE_REGION_ADDRESS = "RegionOne", "127.0.1.1"
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)


def die_with_the_test():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """One program that runs until it is stopped; what it says is in a log file."""

    def __init__(self, name, folder, command, environment=None):
        self.name, self.log = name, os.path.join(folder, name + ".log")
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=folder,
                                            env={**os.environ, **(environment or {})}, preexec_fn=die_with_the_test)

    def wait_for(self, check, seconds=60):
        deadline = time.monotonic() + seconds
        while not check():
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(self.log) as file:
                    raise AssertionError(f"{self.name} did not come up:\n" + file.read()[-4000:])
            time.sleep(0.05)

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)


def run(command, folder, environment=None):
    done = subprocess.run(command, env={**os.environ, **(environment or {})}, cwd=folder, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-4000:])
    return done.stdout


def ask(method, url, body=None, headers=None, timeout=30):
    """Status, parsed body (or its text) and headers in lower case."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            status, text, said = answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        status, text, said = error.code, error.read(), error.headers
    try:
        parsed = json.loads(text) if text else None
    except ValueError:
        parsed = text.decode(errors="replace")
    return status, parsed, {name.lower(): value for name, value in said.items()}


def eventually_free(port, seconds=30):
    """Waits until nothing listens there any more."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"something still listens on port {port}")


# imports Keystone once for all verbs: that is most of what they cost
MANAGE = """
import json, os, sys
from keystone.cmd import manage
for words in json.loads(sys.argv[1]):
    child = os.fork()
    if child == 0:
        sys.argv = words
        manage.main()
        sys.stdout.flush()
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit("failed: " + " ".join(words))
"""


def answers(url):
    try:
        return ask("GET", url, timeout=5)[0] < 500
    except OSError:
        return False


def serve_wsgi(name, folder, script, port, environment, processes=2):
    """As Debian's packages do: uwsgi's own HTTP socket in front of the service's WSGI script. It ends each connection after its answer; said
    aloud, so that no client tries to go on with it."""
    return Process(name, folder, [
        "uwsgi", "--plugin", "python3", "--master", "--die-on-term", "--need-app", "--no-orphans", "--processes", str(processes), "--threads", "4", "--enable-threads",
        "--buffer-size", "65535", "--socket-timeout", "60", "--post-buffering", "65536", "--thunder-lock", "--listen", "100",
        "--add-header", "Connection: close", "--http-socket", f"127.0.0.1:{port}", "--wsgi-file", script, "--procname-prefix", name + " "], environment)


class Proxy:
    """Stands in front of a service on loopback and, when told to, waits before it passes a request on, or answers in its place."""

    def __init__(self, to):
        self.to, self.port = to, None
        self.delay = 0.0     # seconds before each request is passed on
        self.status = None   # answers with this instead
        self.requests = []   # "GET /v3/auth/tokens", with the headers in lower case: what came by
        self.server = None

    def start(self):
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                proxy.requests.append((f"{self.command} {self.path}", {name.lower(): value for name, value in self.headers.items()}))
                time.sleep(proxy.delay)
                if proxy.status:
                    return self.answer(proxy.status, b'{"error": {"message": "this was asked for by a test"}}', [("Content-Type", "application/json")])
                connection = http.client.HTTPConnection("127.0.0.1", proxy.to, timeout=60)
                try:
                    connection.request(self.command, self.path, body or None, dict(self.headers))
                    said = connection.getresponse()
                    text = said.read()
                    kept = [(name, value) for name, value in said.getheaders() if name.lower() not in ("transfer-encoding", "connection", "content-length", "server", "date")]
                except OSError:
                    self.close_connection = True  # as the service itself would look
                    return None
                finally:
                    connection.close()
                return self.answer(said.status, text, kept)

            def answer(self, status, text, headers):
                try:
                    self.send_response(status)
                    for name, value in headers:
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                except OSError:
                    self.close_connection = True  # who asked did not wait so long

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = pass_on

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()

    def behave(self):
        self.delay, self.status = 0.0, None


class MariaDb:
    """One database server for all services, over a unix socket."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "mariadb")
        self.socket = os.path.join(self.folder, "socket")
        self.process = None

    def start(self):
        os.makedirs(self.folder)
        data = os.path.join(self.folder, "data")
        common = ["--no-defaults", "--user=root", f"--datadir={data}"]
        run(["mariadb-install-db", *common, "--auth-root-authentication-method=normal", "--skip-test-db"], self.folder)
        # what a test makes need not survive the machine
        self.process = Process("mariadb", self.folder, [
            "mariadbd", *common, f"--socket={self.socket}", f"--pid-file={self.folder}/pid", "--skip-networking", "--innodb-flush-log-at-trx-commit=0",
            "--innodb-doublewrite=0", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M", "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci", "--max-connections=100"])
        self.process.wait_for(lambda: os.path.exists(self.socket))

    def make(self, database):
        """A new database; the URL under which SQLAlchemy finds it."""
        run(["mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root", "-e", f"CREATE DATABASE {database}"], self.folder)
        return f"mysql+pymysql://root@localhost/{database}?unix_socket={self.socket}&charset=utf8mb4"

    def stop(self):
        if self.process:
            self.process.stop()


class Keystone:
    """Keystone v3 with Fernet tokens, bootstrapped: domain Default, project admin, user admin with role admin, roles member, reader, service."""

    us = ["--keystone-user", "root", "--keystone-group", "root"]

    def __init__(self, folder, database, port=KEYSTONE_PORT):
        self.folder, self.database, self.port = os.path.join(folder, "keystone"), database, port
        self.url = f"http://127.0.0.1:{port}/v3"
        self.config = os.path.join(self.folder, "keystone.conf")
        self.environment = {"OS_KEYSTONE_CONFIG_FILES": self.config}
        self.connection = self.process = None
        self._token = None

    def start(self):
        os.makedirs(self.folder)
        self.connection = self.database.make("keystone")
        self.write_config({})
        urls = [word for audience in ("public", "internal", "admin") for word in (f"--bootstrap-{audience}-url", self.url)]
        self.manage(["db_sync"], ["fernet_setup", *self.us], ["credential_setup", *self.us],
                    ["bootstrap", "--bootstrap-password", ADMIN_PASSWORD, "--bootstrap-region-id", "CentralRegion", *urls])
        self.serve()

    def write_config(self, changes):
        """`changes`: {"token": {"expiration": 3}}."""
        settings = {
            "DEFAULT": {"use_stderr": "true", "public_endpoint": f"http://127.0.0.1:{self.port}/"},
            "database": {"connection": self.connection},
            "token": {"provider": "fernet", "expiration": 3600},
            "fernet_tokens": {"key_repository": f"{self.folder}/fernet-keys", "max_active_keys": 3},
            "jwt_tokens": {"jws_public_key_repository": f"{self.folder}/jws-public", "jws_private_key_repository": f"{self.folder}/jws-private"},
            "credential": {"key_repository": f"{self.folder}/credential-keys"},
            # what makes a login slow is not what these tests are about
            "identity": {"password_hash_rounds": 4}}
        for section, more in changes.items():
            settings.setdefault(section, {}).update(more)
        with open(self.config, "w") as file:
            for section, lines in settings.items():
                file.write(f"[{section}]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items()))

    def configure(self, changes):
        """Goes on with these settings beside those that it has always."""
        self.stop()
        self.write_config(changes)
        self.serve()

    def manage(self, *verbs):
        """`keystone-manage` with each of these, such as ["fernet_rotate"]."""
        words = [["keystone-manage", "--config-file", self.config, *verb] for verb in verbs]
        return run(["/usr/bin/python3", "-c", MANAGE, json.dumps(words)], self.folder)

    def make_jws_keys(self, name):
        """A pair of keys for signed tokens, whose public half is good from now on; the file of the private one."""
        folder = os.path.join(self.folder, "jws-made-" + name)
        os.makedirs(folder)
        run(["keystone-manage", "--config-file", self.config, "create_jws_keypair", *self.us], folder)
        for repository in ("jws-public", "jws-private"):
            os.makedirs(os.path.join(self.folder, repository), exist_ok=True)
        shutil.copy(os.path.join(folder, "public.pem"), os.path.join(self.folder, "jws-public", name + ".pem"))
        return os.path.join(folder, "private.pem")

    def sign_jws_with(self, private_key):
        shutil.copy(private_key, os.path.join(self.folder, "jws-private", "private.pem"))

    def forget_jws_key(self, name):
        os.unlink(os.path.join(self.folder, "jws-public", name + ".pem"))

    def serve(self):
        self.process = serve_wsgi("keystone", self.folder, "/usr/bin/keystone-wsgi-public", self.port, self.environment)
        self.process.wait_for(lambda: answers(self.url))

    def stop(self):
        """Ends it; `serve` brings it back with all that it knows."""
        if self.process:
            self.process.stop(signal.SIGINT)

    def kill(self):
        """Ends it between two instructions, workers and all."""
        master = self.process.process.pid
        with open(f"/proc/{master}/task/{master}/children") as file:
            workers = [int(pid) for pid in file.read().split()]
        for pid in (master, *workers):
            os.kill(pid, signal.SIGKILL)
        self.process.process.wait(10)
        eventually_free(self.port)

    # -- what tests do as its administrator -----------------------------------------------------------------------------------
    def login(self, user="admin", password=ADMIN_PASSWORD, project="admin", scope=None, **more):
        scope = scope or {"project": {"name": project, "domain": {"id": "default"}}}
        status, body, headers = ask("POST", self.url + "/auth/tokens", {"auth": {"identity": {"methods": ["password"], "password": {"user": {
            "name": user, "domain": {"id": "default"}, "password": password}}}, "scope": scope, **more}})
        assert status == 201, body
        return headers["x-subject-token"]

    def forget_login(self):
        self._token = None

    def call(self, method, path, body=None, token=None, headers=None):
        """As administrator unless a token is given; the body of a success."""
        if token is None:
            token = self._token = self._token or self.login()
        status, answer, _ = ask(method, self.url + path, body, {"X-Auth-Token": token, **(headers or {})})
        assert status < 300, (method, path, status, answer)
        return answer

    def find(self, kind, name):
        """The id of what has this name; None when nothing has."""
        return next((each["id"] for each in self.call("GET", f"/{kind}?name={name}")[kind.replace("-", "_")]), None)

    def make_user(self, name, password, project, roles=("member",)):
        """A user with these roles in a project, each made when it is not there; the ids of user and project."""
        project_id = self.find("projects", project) or self.call("POST", "/projects", {"project": {"name": project}})["project"]["id"]
        user_id = self.find("users", name) or self.call("POST", "/users", {"user": {"name": name, "password": password}})["user"]["id"]
        for role in roles:
            role_id = self.find("roles", role) or self.call("POST", "/roles", {"role": {"name": role}})["role"]["id"]
            self.call("PUT", f"/projects/{project_id}/users/{user_id}/roles/{role_id}")
        return user_id, project_id


class ExternalServices:
    """An OpenStack that is not ours: what is named ("keystone") and what that needs, and how a cloud of ours is told of it."""

    def __init__(self, wanted, keystone_port=KEYSTONE_PORT):
        self.folder = tempfile.mkdtemp(prefix="cw-e2e-openstack-")
        self.wanted = wanted
        self.database = MariaDb(self.folder)
        self.keystone = Keystone(self.folder, self.database, keystone_port)
        self.proxy = Proxy(self.keystone.port)
        self.glance = self.glance_wire = None
        self.started = []
        if "glance" in wanted:
            from glance import Glance, Wire
            self.glance = Glance(self.folder, self.database, self.keystone)
            # at the address that the catalog has for the image service of this region: everybody reaches it through here
            self.glance_wire = Wire(GLANCE_REGION_ADDRESS, self.glance.address, self.glance.port)

    def start(self):
        try:
            for service in filter(None, (self.database, self.keystone, self.proxy, self.glance, self.glance_wire)):
                self.started.append(service)
                service.start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        while self.started:
            self.started.pop().stop()
        if not os.environ.get("CAUSEWAY_E2E_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self):
        """For `causeway dev --set`: these are all that is different from a cloud that needs nobody. Causeway reaches Keystone through
        the proxy, so that tests can make it slow; everybody else reaches it directly."""
        ours = {f"{GLANCE_REGION}/images.source": "external"} if self.glance else {}
        return {**ours, "identity.source": "external", "identity_url": self.keystone.url, "keystone.url": f"http://127.0.0.1:{self.proxy.port}/v3",
                "keystone.username": SERVICE_USER, "keystone.password": SERVICE_PASSWORD,
                # so that tests of what happens after them need not wait for long
                "keystone.cache_seconds": 6, "keystone.outage_seconds": 10, "keystone.revocation_seconds": 1, "keystone.refused_seconds": 1,
                "keystone.timeout_seconds": 4}

    def cloud_is_up(self, cloud):
        """What can be done only when the cloud has its services in the catalog."""
        if self.glance:
            self.keystone.make_user(SERVICE_USER, SERVICE_PASSWORD, "service", roles=("admin",))
