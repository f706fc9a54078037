"""The distribution's own MariaDB and Keystone, as their users run them, on loopback of the test's network namespace.

Everything they keep is in a folder that `stop` removes; every process is ours, dies with us, and is ended by its pid.
`ExternalServices("keystone")` starts what is named; a service is a class with `start()` and `stop()` that is given the others.
"""
import ctypes
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ADMIN_PASSWORD = "causeway"  # of `causeway dev` too, so that tests log in alike
SERVICE_USER, SERVICE_PASSWORD = "causeway", "words of the service user"
KEYSTONE_PORT = 5000
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


def http(method, url, body=None, headers=None, timeout=30):
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
        return http("GET", url, timeout=5)[0] < 500
    except OSError:
        return False


def serve_wsgi(name, folder, script, port, environment, processes=2):
    """As Debian's packages do: uwsgi's own HTTP socket in front of the service's WSGI script."""
    return Process(name, folder, [
        "uwsgi", "--plugin", "python3", "--master", "--die-on-term", "--need-app", "--no-orphans", "--processes", str(processes), "--threads", "4", "--enable-threads",
        "--buffer-size", "65535", "--http-socket", f"127.0.0.1:{port}", "--wsgi-file", script, "--procname-prefix", name + " "], environment)


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

    def __init__(self, folder, database, port=KEYSTONE_PORT):
        self.folder, self.database, self.port = os.path.join(folder, "keystone"), database, port
        self.url = f"http://127.0.0.1:{port}/v3"
        self.config = os.path.join(self.folder, "keystone.conf")
        self.environment = {"OS_KEYSTONE_CONFIG_FILES": self.config}
        self.process = None
        self._token = None

    def start(self):
        os.makedirs(self.folder)
        with open(self.config, "w") as file:
            file.write(f"""[DEFAULT]
use_stderr = true
public_endpoint = http://127.0.0.1:{self.port}/
[database]
connection = {self.database.make("keystone")}
[token]
provider = fernet
expiration = 3600
allow_expired_window = 172800
[fernet_tokens]
key_repository = {self.folder}/fernet-keys
max_active_keys = 4
[credential]
key_repository = {self.folder}/credential-keys
[identity]
password_hash_rounds = 4
""")
        us = ["--keystone-user", "root", "--keystone-group", "root"]
        urls = [word for audience in ("public", "internal", "admin") for word in (f"--bootstrap-{audience}-url", self.url)]
        self.manage(["db_sync"], ["fernet_setup", *us], ["credential_setup", *us],
                    ["bootstrap", "--bootstrap-password", ADMIN_PASSWORD, "--bootstrap-region-id", "CentralRegion", *urls])
        self.serve()

    def manage(self, *verbs):
        """`keystone-manage` with each of these, such as ["fernet_rotate"]."""
        words = [["keystone-manage", "--config-file", self.config, *verb] for verb in verbs]
        return run(["/usr/bin/python3", "-c", MANAGE, json.dumps(words)], self.folder)

    def serve(self):
        self.process = serve_wsgi("keystone", self.folder, "/usr/bin/keystone-wsgi-public", self.port, self.environment)
        self.process.wait_for(lambda: answers(self.url))

    def stop(self):
        """Ends it; `serve` brings it back with all that it knows."""
        if self.process:
            self.process.stop(signal.SIGINT)

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

    # -- what tests do as its administrator -----------------------------------------------------------------------------------
    def login(self, user="admin", password=ADMIN_PASSWORD, project="admin", scope=None, **more):
        scope = scope or {"project": {"name": project, "domain": {"id": "default"}}}
        status, body, headers = http("POST", self.url + "/auth/tokens", {"auth": {"identity": {"methods": ["password"], "password": {"user": {
            "name": user, "domain": {"id": "default"}, "password": password}}}, "scope": scope, **more}})
        assert status == 201, body
        return headers["x-subject-token"]

    def call(self, method, path, body=None, token=None, headers=None):
        """As administrator unless a token is given; the body of a success."""
        if token is None:
            token = self._token = self._token or self.login()
        status, answer, _ = http(method, self.url + path, body, {"X-Auth-Token": token, **(headers or {})})
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
    """The services that are named, started in this order and stopped in the other. `keystone` and its `database` are always there."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="cw-e2e-openstack-")
        self.database = MariaDb(self.folder)
        self.keystone = Keystone(self.folder, self.database)
        self.started = []

    def start(self):
        try:
            for service in (self.database, self.keystone):
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
