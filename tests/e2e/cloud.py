"""A running `causeway dev` cloud, and how tests talk to it: the stock client, plain HTTP, the hosts' Docker Engines and kernels."""
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.join(ROOT, "build", os.environ.get("CAUSEWAY_PRESET", "release"), "causeway")
IMAGE = os.path.join(ROOT, "build", "busybox.tar")
CENTRAL = "CentralRegion"
PORTS = {"identity": 5000, "network": 9696, "image": 9292, "container": 9517, "tricircle": 19999}


def eventually(check, what, seconds=30.0, pause=0.05):
    """Polls until `check()` gives something true; its last value and `what` are in the failure."""
    deadline = time.monotonic() + seconds
    value = None
    while time.monotonic() < deadline:
        value = check()
        if value:
            return value
        time.sleep(pause)
    raise AssertionError(f"not within {seconds} s: {what}; last seen: {value!r}")


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=60):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def unix_request(path, method, target, body=None):
    connection = UnixConnection(path)
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, target, data, {"Content-Type": "application/json"} if data else {})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, (json.loads(text) if text and text[:1] in b"[{\"n" else text)
    finally:
        connection.close()


class Cloud:
    def __init__(self, regions=2, hosts=2, octet=200, settings=None):
        """`settings`: of all processes ("keystone.url"), or of one ("RegionOne/images.max_gib"), as `causeway dev --set` takes them."""
        self.state = tempfile.mkdtemp(prefix="cw-e2e-")
        self.log = open(os.path.join(self.state, "dev.log"), "w")
        self.process = subprocess.Popen(
            [BINARY, "dev", "--state", self.state, "--regions", str(regions), "--hosts", str(hosts), "--underlay", str(octet),
             *(word for name, value in (settings or {}).items() for word in ("--set", f"{name}={value}"))],
            stdout=self.log, stderr=subprocess.STDOUT, cwd=ROOT)
        self._token = {}
        ready = os.path.join(self.state, "cloud.json")
        deadline = time.monotonic() + 120
        while not os.path.exists(ready):
            if self.process.poll() is not None or time.monotonic() > deadline:
                text = open(self.log.name).read()
                self.stop()
                raise AssertionError("the cloud did not come up:\n" + text)
            time.sleep(0.05)
        with open(ready) as file:
            self.facts = json.load(file)
        self.regions = {r["name"]: r for r in self.facts["regions"]}
        self.hosts = {h["name"]: dict(h, region=r["name"]) for r in self.facts["regions"] for h in r["hosts"]}

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        self.log.close()
        if not os.environ.get("CAUSEWAY_E2E_KEEP"):
            shutil.rmtree(self.state, ignore_errors=True)

    # -- processes -----------------------------------------------------------------------------------------------------
    def control(self, method, target):
        status, body = unix_request(self.facts["control_socket"], method, target)
        assert status == 200, (target, status, body)
        return body

    def processes(self):
        return {p["name"]: p for p in self.control("GET", "/processes")}

    def kill(self, name):
        self.control("POST", f"/processes/{name}/kill")

    def stop_process(self, name):
        self.control("POST", f"/processes/{name}/stop")

    def start_process(self, name):
        self.control("POST", f"/processes/{name}/start")

    # -- APIs ----------------------------------------------------------------------------------------------------------
    def address(self, region):
        return "127.0.0.1" if region == CENTRAL else self.regions[region]["address"]

    def url(self, region, service):
        if service == "identity":
            return self.facts["identity_url"].removesuffix("/v3")
        return f"http://{self.address(region)}:{PORTS[service]}"

    def raw(self, url, method="GET", body=None, headers=None, timeout=60):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(url, data, dict(headers or {}), method=method)
        if data is not None and not request.has_header("Content-type"):
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            return error.code, error.read(), dict(error.headers)

    def healthy(self, region, service):
        try:
            return self.raw(self.url(region, service) + "/healthz")[0] == 200
        except OSError:
            return False

    def all_back(self):
        """Whether every process runs, and answers."""
        try:
            return all(p["pid"] > 0 for p in self.processes().values()) and all(self.healthy(r, "network") for r in [CENTRAL, *self.regions]) and \
                all(self.docker(host, "GET", "/_ping")[0] == 200 for host in self.hosts)
        except OSError:
            return False

    def login(self, user="admin", password=None, project="admin", system=False):
        password = password or self.facts["admin_password"]
        scope = {"system": {"all": True}} if system else {"project": {"name": project, "domain": {"id": "default"}}}
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": {
            "name": user, "domain": {"id": "default"}, "password": password}}}, "scope": scope}}
        status, text, headers = self.raw(self.url(CENTRAL, "identity") + "/v3/auth/tokens", "POST", body)
        assert status == 201, text
        return {k.lower(): v for k, v in headers.items()}["x-subject-token"]

    def token(self, user="admin", password=None, project="admin"):
        key = (user, project)
        if key not in self._token:
            self._token[key] = self.login(user, password, project)
        return self._token[key]

    def forget_logins(self):
        """The tokens that `token` gave are no good any more."""
        self._token.clear()

    def call(self, region, service, method, path, body=None, token=None, headers=None, timeout=60):
        """Status and parsed body."""
        all_headers = {"X-Auth-Token": token or self.token()}
        if service == "container":
            all_headers["OpenStack-API-Version"] = "container 1.40"
        all_headers.update(headers or {})
        status, text, _ = self.raw(self.url(region, service) + path, method, body, all_headers, timeout)
        try:
            return status, json.loads(text) if text else None
        except ValueError:
            return status, text

    def ok(self, *args, **kwargs):
        status, body = self.call(*args, **kwargs)
        assert status < 300, (args, status, body)
        return body

    def project_id(self, name="admin"):
        return next(p["id"] for p in self.ok(CENTRAL, "identity", "GET", "/v3/projects")["projects"] if p["name"] == name)

    def default_group(self, project="admin"):
        """The security group that its ports have when none is named."""
        groups = self.ok(CENTRAL, "network", "GET", f"/v2.0/security-groups?name=default&project_id={self.project_id(project)}")["security_groups"]
        return groups[0]["id"]

    def client_environment(self, user="admin", password=None, project="admin"):
        return {
            "PATH": "/usr/bin:/bin", "HOME": self.state, "OS_AUTH_URL": self.url(CENTRAL, "identity") + "/v3",
            "OS_IDENTITY_API_VERSION": "3", "OS_USERNAME": user, "OS_PASSWORD": password or self.facts["admin_password"],
            "OS_PROJECT_NAME": project, "OS_USER_DOMAIN_NAME": "Default", "OS_PROJECT_DOMAIN_NAME": "Default"}

    def openstack(self, *words, region=None, check=True, fmt="json", user="admin", password=None, project="admin", timeout=120):
        """Runs the distribution's `openstack` client; parsed output."""
        environment = self.client_environment(user, password, project)
        command = ["/usr/bin/openstack"]
        if region:
            command += ["--os-region-name", region]
        command += list(words)
        if fmt:
            command += ["-f", fmt]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout)
        if not check:
            return done
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return json.loads(done.stdout) if fmt == "json" and done.stdout.strip() else done.stdout

    # -- shortcuts over plain HTTP ---------------------------------------------------------------------------------------
    def upload_image(self, region, name, token=None):
        image = self.ok(region, "image", "POST", "/v2/images", {"name": name, "container_format": "docker", "disk_format": "raw"}, token=token)
        with open(IMAGE, "rb") as file:
            status, text, _ = self.raw(self.url(region, "image") + f"/v2/images/{image['id']}/file", "PUT", file.read(),
                                       {"X-Auth-Token": token or self.token(), "Content-Type": "application/octet-stream"})
        assert status == 204, text
        return image["id"]

    def make_network(self, name, cidr="10.20.0.0/24", token=None, version=4):
        network = self.ok(CENTRAL, "network", "POST", "/v2.0/networks", {"network": {"name": name}}, token=token)["network"]
        subnet = self.ok(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {
            "network_id": network["id"], "ip_version": version, "cidr": cidr, "name": name + "-subnet"}}, token=token)["subnet"]
        return network["id"], subnet["id"]

    def create(self, region, image, network, name=None, run=True, token=None, **extra):
        body = {"image": image, "image_driver": "glance", "nets": [{"network": network}], "command": ["sleep", "100000"], "memory": "64", "cpu": "0.1"}
        if name:
            body["name"] = name
        body.update(extra)
        return self.ok(region, "container", "POST", "/v1/containers" + ("?run=true" if run else ""), body, token=token)

    def container(self, region, ident, token=None):
        status, body = self.call(region, "container", "GET", f"/v1/containers/{ident}", token=token)
        return body if status == 200 else None

    def wait_status(self, region, ident, wanted, seconds=60):
        def check():
            body = self.container(region, ident)
            assert body is None or body["status"] != "Error" or wanted == "Error", body
            return body if body and body["status"] == wanted else None
        return eventually(check, f"container {ident} is {wanted}", seconds)

    def wait_gone(self, region, ident, seconds=60):
        eventually(lambda: self.container(region, ident) is None, f"container {ident} is gone", seconds)

    def execute(self, region, ident, command):
        return self.ok(region, "container", "POST", f"/v1/containers/{ident}/execute?" + urllib.parse.urlencode({"command": command}))

    def ping(self, region, ident, address, count=2, size=None, dont_fragment=False):
        words = f"ping -c {count} -W 2" + (f" -s {size}" if size else "") + f" {address}"
        return self.execute(region, ident, words)["exit_code"] == 0

    def address_of(self, container):
        return [entry["addr"] for entries in container["addresses"].values() for entry in entries]

    # -- the hosts themselves ---------------------------------------------------------------------------------------------
    def docker(self, host, method, target):
        return unix_request(self.hosts[host]["docker_socket"], method, target)

    def inside(self, host, *command, check=True):
        """Runs a command in the host's network namespace."""
        done = subprocess.run(["nsenter", "-t", str(self.hosts[host]["init"]), "-n", *command], capture_output=True, text=True, timeout=30)
        assert not check or done.returncode == 0, (command, done.stderr)
        return done.stdout

    def wipe(self):
        """Deletes every container, port and network, as far as it goes."""
        self.wipe_docker()
        for region in self.regions:
            for capsule in (self.call(region, "container", "GET", "/v1/capsules?all_projects=1")[1] or {}).get("capsules", []):
                self.call(region, "container", "DELETE", f"/v1/capsules/{capsule['uuid']}?all_projects=true")
            for container in (self.call(region, "container", "GET", "/v1/containers?all_projects=1")[1] or {}).get("containers", []):
                self.call(region, "container", "DELETE", f"/v1/containers/{container['uuid']}?force=true&all_projects=true")
        for region in self.regions:
            eventually(lambda: not self.ok(region, "container", "GET", "/v1/containers?all_projects=1")["containers"], "containers are wiped", 60)
            eventually(lambda: not self.ok(region, "container", "GET", "/v1/capsules?all_projects=1")["capsules"], "capsules are wiped", 60)
        for region in self.regions:
            for kind in ("registries", "images"):
                for each in self.ok(region, "container", "GET", f"/v1/{kind}" + ("?all_projects=1" if kind == "registries" else ""))[kind]:
                    self.call(region, "container", "DELETE", f"/v1/{kind}/{each['uuid']}")
        self.wipe_routers()
        for trunk in self.ok(CENTRAL, "network", "GET", "/v2.0/trunks")["trunks"]:
            self.call(CENTRAL, "network", "DELETE", f"/v2.0/trunks/{trunk['id']}")
        for region in [*self.regions, CENTRAL]:
            for port in self.ok(region, "network", "GET", "/v2.0/ports")["ports"]:
                self.call(region, "network", "DELETE", f"/v2.0/ports/{port['id']}")
        for network in self.ok(CENTRAL, "network", "GET", "/v2.0/networks")["networks"]:
            eventually(lambda: self.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network['id']}")[0] in (204, 404), "networks are wiped", 30)
        for path, key in (("qos/policies", "policies"), ("subnetpools", "subnetpools"), ("address-scopes", "address_scopes")):
            for each in self.ok(CENTRAL, "network", "GET", f"/v2.0/{path}")[key]:
                self.call(CENTRAL, "network", "DELETE", f"/v2.0/{path}/{each['id']}")

    def wipe_docker(self):
        """What people made with Docker itself: nobody but they removes it."""
        for host in self.hosts:
            for container in self.docker(host, "GET", "/containers/json?all=1")[1]:
                if "causeway.container" not in container["Labels"]:
                    self.docker(host, "DELETE", f"/containers/{container['Id']}?force=true")
            for network in self.docker(host, "GET", "/networks")[1]:
                if network["Driver"] == "causeway" and "causeway.network" not in (network["Labels"] or {}):
                    self.docker(host, "DELETE", f"/networks/{network['Id']}")

    def wipe_routers(self):
        for floating in self.ok(CENTRAL, "network", "GET", "/v2.0/floatingips")["floatingips"]:
            self.call(CENTRAL, "network", "DELETE", f"/v2.0/floatingips/{floating['id']}")
        for router in self.ok(CENTRAL, "network", "GET", "/v2.0/routers")["routers"]:
            self.call(CENTRAL, "network", "PUT", f"/v2.0/routers/{router['id']}", {"router": {"external_gateways": [], "routes": []}})
            for port in self.ok(CENTRAL, "network", "GET", f"/v2.0/ports?device_id={router['id']}")["ports"]:
                self.call(CENTRAL, "network", "PUT", f"/v2.0/routers/{router['id']}/remove_router_interface", {"port_id": port["id"]})
            self.call(CENTRAL, "network", "DELETE", f"/v2.0/routers/{router['id']}")

    # -- nothing may be left ------------------------------------------------------------------------------------------------
    def leftovers(self):
        """Everything of ours that is still there after all was deleted."""
        found = []
        for name, host in self.hosts.items():
            try:
                status, containers = self.docker(name, "GET", "/containers/json?all=1")
            except OSError as error:  # a test may have killed it a moment ago
                found.append(f"{name}: dockerd does not answer: {error}")
                continue
            found += [f"{name}: container {c['Names']}" for c in containers] if status == 200 else [f"{name}: dockerd answers {status}"]
            status, networks = self.docker(name, "GET", "/networks")
            found += [f"{name}: docker network {n['Name']}" for n in networks if n["Driver"] not in ("null", "host", "bridge")] if status == 200 else []
            status, volumes = self.docker(name, "GET", "/volumes")
            found += [f"{name}: volume {v['Name']}" for v in volumes["Volumes"] or []] if status == 200 else []
            files = os.path.join(self.state, name, "files")
            found += [f"{name}: files of container {owner}" for owner in (os.listdir(files) if os.path.isdir(files) else [])]
            links = json.loads(self.inside(name, "ip", "-j", "link"))
            found += [f"{name}: link {l['ifname']}" for l in links if l["ifname"] not in ("lo", "eth0", "eth1", "br-ex") and not l["ifname"].startswith(("ifb0", "ifb1", "sit", "ip6tnl", "tunl", "gre", "erspan"))]
            found += self.kernel_leftovers(name)
            found += [f"{name}: leg {l['ifname']} on br-ex" for l in links if l.get("master") == "br-ex" and l["ifname"] != "eth1"]
            namespaces = f"/proc/{host['init']}/root/run/netns"
            found += [f"{name}: network namespace {n}" for n in (os.listdir(namespaces) if os.path.isdir(namespaces) else [])]
            # a sandbox is a namespace that is mounted; Docker sweeps the empty files it leaves once a minute
            with open(f"/proc/{host['init']}/mountinfo") as mounts:
                found += [f"{name}: sandbox {line.split()[4]}" for line in mounts if " /run/docker/netns/" in line and "/default " not in line]
            found += self.store_leftovers(name)
        for region in [CENTRAL, *self.regions]:
            found += [f"{region}: port {p['id']}" for p in self.ok(region, "network", "GET", "/v2.0/ports")["ports"]]
            found += [f"{region}: network {n['name']}" for n in self.ok(region, "network", "GET", "/v2.0/networks")["networks"]]
            found += [f"{region}: subnet {s['name']}" for s in self.ok(region, "network", "GET", "/v2.0/subnets")["subnets"]]
            found += [f"{region}: router {r['name']}" for r in self.ok(region, "network", "GET", "/v2.0/routers")["routers"]]
            found += [f"{region}: floating IP {f['floating_ip_address']}" for f in self.ok(region, "network", "GET", "/v2.0/floatingips")["floatingips"]]
            found += [f"{region}: trunk {t['name']}" for t in self.ok(region, "network", "GET", "/v2.0/trunks")["trunks"]]
            found += self.store_leftovers(region)
        for region in self.regions:
            found += [f"{region}: container {c['name']}" for c in self.ok(region, "container", "GET", "/v1/containers?all_projects=1")["containers"]]
        for folder, _, files in os.walk(self.state):
            found += [f"temporary file {folder}/{f}" for f in files if f.endswith((".tmp", ".part", ".partial")) and ".docker/" not in folder + "/"]
        return found

    def kernel_leftovers(self, host):
        """Elements of sets and maps, chains of single ports, routing rules, queueing disciplines, entries of tunnels."""
        found = []
        for each in json.loads(self.inside(host, "nft", "-j", "list", "ruleset"))["nftables"]:
            (kind, body), = each.items()
            where = f"{host}: {kind} {body.get('family')} {body.get('table')} {body.get('name')}"
            if kind in ("set", "map") and body.get("elem"):
                found.append(f"{where} has {body['elem']}")
            elif kind == "chain" and "hook" not in body:
                found.append(where)
            elif kind == "table" and body["name"] != "causeway":
                found.append(where)
        for family in ("-4", "-6"):
            found += [f"{host}: ip rule {r}" for r in json.loads(self.inside(host, "ip", "-j", family, "rule")) if r["priority"] not in (0, 32766, 32767)]
        found += [f"{host}: qdisc {q}" for q in json.loads(self.inside(host, "tc", "-j", "qdisc")) if q["kind"] != "noqueue"]
        found += [f"{host}: forwarding entry {f}" for f in json.loads(self.inside(host, "bridge", "-j", "fdb")) if f["ifname"].startswith("cw")]
        found += [f"{host}: neighbour {n}" for n in json.loads(self.inside(host, "ip", "-j", "neigh")) if n["dev"].startswith("cw")]
        return found

    # records that outlive what tests make: people, keys, what regions and hosts say of themselves, images, history, quotas, streams' positions
    LASTING = {"agent_identity", "agent_note", "application_credential", "catalog_endpoint", "catalog_region", "catalog_service", "container_quota",
               "container_quota_class", "cursor", "domain", "group", "group_member", "host", "image", "image_copy", "indexed_by", "job", "network_quota", "pod", "project",
               "region_contact", "remote_image", "revocation", "role", "role_assignment", "security_group_rule_usage", "signing_key", "signing_secret", "user", "user_password"}

    def store_leftovers(self, process):
        """What its database holds that only live objects may hold. A new kind of record that stays for good belongs into LASTING."""
        folder = os.path.join(self.state, "central" if process == CENTRAL else process)
        found = []
        for name in os.listdir(folder):
            if not name.endswith(".db"):
                continue
            database = sqlite3.connect(f"file:{os.path.join(folder, name)}?mode=ro", uri=True)
            for kind, ident, body in database.execute("SELECT kind, id, body FROM records WHERE erased = 0"):
                record = json.loads(body)
                lasts = kind in self.LASTING or (kind == "host_routing" and not record["routers"]) or (kind == "security_group" and record["name"] == "default")
                if kind == "lease":
                    lasts = not record["resource"].startswith("subnet/") and (record["resource"] == "vni" or not record.get("used", "").strip("0"))
                if not lasts:
                    found.append(f"{process}: {kind} {ident}: {body[:200]}")
            database.close()
        return found

    def assert_clean(self, seconds=45):
        deadline = time.monotonic() + seconds
        left = self.leftovers()
        while left and time.monotonic() < deadline:
            time.sleep(0.25)
            left = self.leftovers()
        assert not left, "\n".join(left)
