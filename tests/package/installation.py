"""docs/operator/installation.md, done by a program: three machines' processes, each with an address of its own."""
import json
import re
import time

CENTRAL, REGION, HOST = "192.0.2.1", "192.0.2.11", "192.0.2.101"
ADDRESSES = [CENTRAL, REGION, HOST]
PASSWORD = "correct horse"
AUTH_URL = f"http://{CENTRAL}:5000/v3"


def eventually(check, what, seconds=60.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = check()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


def set_setting(root, file, name, value):
    """Writes a setting where the packaged file shows it, as an operator with an editor does."""
    *table, key = name.split(".")
    text = root.read(file)
    start = text.index(f"\n[{table[0]}]\n") + 1 if table else 0
    end = text.find("\n[", start + 1) if table else text.index("\n[")
    part, count = re.subn(rf"(?m)^#?{re.escape(key)} = .*$", lambda _: f"{key} = {json.dumps(value)}", text[start:end if end > 0 else None])
    assert count == 1, f"{file} shows {name} {count} times"
    root.write(file, text[:start] + part + (text[end:] if end > 0 else ""))


def make_certificates(machine):
    """On the machine that keeps the authority; then each process gets its own two files and the authority's certificate."""
    authority = "/root/causeway-authority"
    for subject, address, name, owner in (("central", CENTRAL, "central", "causeway"), ("region:RegionOne", REGION, "region", "causeway"),
                                          ("host:RegionOne/host1", HOST, "agent", "root")):
        machine.run("causeway", "certificate", "--dir", authority, "--for", subject, "--address", address)
        made = f"{authority}/{subject.replace(':', '-').replace('/', '-')}"
        for source, target in ((f"{made}.pem", f"{name}.pem"), (f"{made}.key", f"{name}.key")):
            machine.run("install", "-o", "root", "-g", owner, "-m", "0640", source, f"/etc/causeway/tls/{target}")
    machine.run("install", "-m", "0644", f"{authority}/ca.pem", "/etc/causeway/tls/ca.pem")


def configure(root):
    central, region, agent = (f"/etc/causeway/{name}.toml" for name in ("central", "region", "agent"))
    set_setting(root, central, "identity_url", AUTH_URL)
    set_setting(root, central, "listen.address", CENTRAL)
    set_setting(root, central, "control.address", CENTRAL)
    set_setting(root, region, "identity_url", AUTH_URL)
    set_setting(root, region, "listen.address", REGION)
    set_setting(root, region, "control.address", REGION)
    set_setting(root, region, "central.control_url", f"https://{CENTRAL}:9519")
    set_setting(root, region, "central.network_url", f"http://{CENTRAL}:9696")
    set_setting(root, agent, "host", "host1")
    set_setting(root, agent, "agent.vtep", HOST)
    set_setting(root, agent, "agent.region_control_url", f"https://{REGION}:9519")
    set_setting(root, agent, "agent.bridge_mappings", ["external:br-ex"])


def bootstrap(machine):
    machine.run("runuser", "-u", "causeway", "--", "causeway", "bootstrap", "--config", "/etc/causeway/central.toml", "--central", CENTRAL,
                "--region", f"RegionOne={REGION}", env={"CAUSEWAY_ADMIN_PASSWORD": PASSWORD})


def token(machine):
    domain = {"id": "default"}
    user = {"name": "admin", "domain": domain, "password": PASSWORD}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"project": {"name": "admin", "domain": domain}}}}
    status, headers, answer = machine.request("POST", f"{AUTH_URL}/auth/tokens", body)
    assert status == 201, answer
    return headers["X-Subject-Token"]


def api(machine, method, url, body=None):
    """As the administrator; the answer, which must be a good one."""
    status, _, answer = machine.request(method, url, body, {"X-Auth-Token": token(machine), "OpenStack-API-Version": "container 1.40"})
    assert status is not None and status < 300, f"{method} {url}: {status} {answer}"
    return answer


def is_healthy(machine, address, port):
    return machine.request("GET", f"http://{address}:{port}/healthz")[0] == 200
