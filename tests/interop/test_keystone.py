"""A cloud whose identity service is the distribution's Keystone, in good days: scopes, application credentials, service tokens, the
catalog. What e2e/ shows of containers and networks runs unchanged against it too (`./dev interop`)."""
import os
import subprocess

import pytest

from cloud import BINARY, CENTRAL, eventually
from services import ADMIN_PASSWORD, SERVICE_PASSWORD, SERVICE_USER, ask

NETWORKS = "/v2.0/networks"


@pytest.fixture(scope="module")
def keystone(external):
    return external.keystone


@pytest.fixture(autouse=True)
def keystone_is_well(external):
    yield
    external.proxy.behave()


def networks(cloud, token, region="RegionOne", headers=None):
    """Status and body of a list of networks; a region's answer, by its own validation."""
    return cloud.call(region, "network", "GET", NETWORKS, token=token, headers=headers)


def register(cloud, *words, password=ADMIN_PASSWORD, config=None):
    """`causeway keystone register` for this cloud, with the centre's configuration unless another is given."""
    config = config or os.path.join(cloud.state, "etc", "central.toml")
    places = [word for region, facts in cloud.regions.items() for word in ("--region", f"{region}={facts['address']}")]
    environment = {"PATH": "/usr/bin:/bin", "OS_USERNAME": "admin", "OS_PASSWORD": password, "OS_PROJECT_NAME": "admin"}
    return subprocess.run([BINARY, "keystone", "register", "--config", config, "--central", "127.0.0.1",
                           *places, *words], env=environment, capture_output=True, text=True, timeout=120)


def test_the_catalog_has_every_service_of_every_region_and_registering_again_changes_nothing(cloud, keystone):
    catalog = cloud.openstack("catalog", "list")
    found = {(service["Type"], end["region"], end["interface"]) for service in catalog for end in service["Endpoints"]}
    for region in cloud.regions:
        for service in ("identity", "network", "image", "container"):
            assert {(service, region, i) for i in ("public", "internal", "admin")} <= found
    assert {("network", CENTRAL, "public"), ("tricircle", CENTRAL, "public")} <= found
    again = register(cloud)
    assert again.returncode == 0 and again.stdout == "Keystone knows all of it: nothing to do.\n", again


def test_a_dry_run_tells_what_is_missing_and_does_nothing_and_the_run_after_it_does_just_that(cloud, keystone):
    endpoint = keystone.call("GET", "/endpoints?region_id=RegionTwo&interface=admin")["endpoints"]
    container = next(e for e in endpoint if ":9517" in e["url"])
    keystone.call("PATCH", f"/endpoints/{container['id']}", {"endpoint": {"url": "http://192.0.2.9:9517/v1"}})
    network = next(e for e in endpoint if ":9696" in e["url"])
    keystone.call("DELETE", f"/endpoints/{network['id']}")
    user = keystone.find("users", SERVICE_USER)
    keystone.call("PATCH", f"/users/{user}", {"user": {"password": "something else"}})
    change = f"change the admin endpoint of container in RegionTwo from http://192.0.2.9:9517/v1 to {container['url']}"
    add = f"make admin endpoint of network in RegionTwo: {network['url']}"
    dry = register(cloud, "--dry-run")
    assert dry.returncode == 0 and dry.stdout.splitlines() == ["would " + add, "would " + change], dry
    assert register(cloud, "--dry-run").stdout == dry.stdout, "a dry run changes nothing"
    done = register(cloud)
    assert done.returncode == 0 and done.stdout.splitlines() == [add, change, f"set the password of user {SERVICE_USER}"], done
    assert keystone.login(SERVICE_USER, SERVICE_PASSWORD, "service")
    assert "nothing to do" in register(cloud).stdout


def test_clients_are_told_of_what_stands_in_front_of_the_services(cloud, external, keystone):
    config = os.path.join(cloud.state, "etc", "behind-a-proxy.toml")
    with open(os.path.join(cloud.state, "etc", "central.toml")) as own, open(config, "w") as file:
        file.write(own.read() + 'endpoints.public = ["RegionTwo/*=https://two.example/{service}{path}", "RegionTwo/network=https://networks.example"]\n')
    changes = [f"change the public endpoint of {service} in RegionTwo from http://127.0.2.1:{port} to {url}" for service, port, url in (
        ("network", "9696", "https://networks.example"), ("image", "9292", "https://two.example/image"), ("container", "9517/v1", "https://two.example/container/v1"))]
    dry = register(cloud, "--dry-run", config=config)
    assert dry.returncode == 0 and dry.stdout.splitlines() == ["would " + change for change in changes], dry
    try:
        done = register(cloud, config=config)
        assert done.returncode == 0 and done.stdout.splitlines() == changes, done
        told = {(service["Type"], end["region"], end["interface"]): end["url"] for service in cloud.openstack("catalog", "list") for end in service["Endpoints"]}
        assert told["container", "RegionTwo", "public"] == "https://two.example/container/v1" and told["container", "RegionTwo", "internal"] == "http://127.0.2.1:9517/v1"
        assert told["container", "RegionOne", "public"] == "http://127.0.1.1:9517/v1"
    finally:
        back = register(cloud)
    assert len(back.stdout.splitlines()) == len(changes)


def test_registering_says_clearly_what_is_wrong(cloud, keystone):
    wrong = register(cloud, password="not the password")
    assert wrong.returncode == 1 and "does not accept the user 'admin'" in wrong.stderr and "OS_PASSWORD" in wrong.stderr, wrong
    keystone.make_user("interop-nobody", "words", "interop-nobodies")
    denied = register(cloud, "--os-username", "interop-nobody", "--os-password", "words", "--os-project-name", "interop-nobodies")
    assert denied.returncode == 1 and "needs the role admin" in denied.stderr, denied
    away = register(cloud, "--os-auth-url", "http://127.0.0.1:1/v3")
    assert away.returncode == 1 and "does not answer" in away.stderr, away
    unknown = register(cloud, "--services", "compute")
    assert unknown.returncode == 1 and "compute" in unknown.stderr, unknown


def test_scopes_and_roles_mean_what_they_mean_with_our_own_tokens(cloud, keystone):
    keystone.make_user("interop-ann", "words", "interop-red")
    keystone.make_user("interop-rob", "words", "interop-red", roles=("reader",))
    keystone.make_user("interop-bea", "words", "interop-blue")
    ann, rob, bea = (keystone.login(*who) for who in (("interop-ann", "words", "interop-red"), ("interop-rob", "words", "interop-red"),
                                                      ("interop-bea", "words", "interop-blue")))
    made = cloud.ok(CENTRAL, "network", "POST", NETWORKS, {"network": {"name": "interop-net"}}, token=ann)["network"]
    assert made["project_id"] == keystone.find("projects", "interop-red")
    try:
        assert [n["name"] for n in cloud.ok(CENTRAL, "network", "GET", NETWORKS, token=rob)["networks"]] == ["interop-net"]
        assert cloud.call(CENTRAL, "network", "POST", NETWORKS, {"network": {"name": "no"}}, token=rob)[0] == 403
        assert cloud.call(CENTRAL, "network", "GET", f"{NETWORKS}/{made['id']}", token=bea)[0] == 404
        everything = keystone.login(scope={"system": {"all": True}})
        assert cloud.call(CENTRAL, "network", "GET", f"{NETWORKS}/{made['id']}", token=everything)[0] == 200
        admin = keystone.find("users", "admin")
        role = keystone.find("roles", "admin")
        keystone.call("PUT", f"/domains/default/users/{admin}/roles/{role}")
        of_domain = keystone.login(scope={"domain": {"id": "default"}})
        assert cloud.call(CENTRAL, "network", "GET", f"{NETWORKS}/{made['id']}", token=of_domain)[0] == 200
        assert cloud.call(CENTRAL, "network", "POST", NETWORKS, {"network": {"name": "no"}}, token=of_domain)[0] in (400, 403), "no project, no owner"
        unscoped = keystone.login("interop-ann", "words", scope="unscoped")
        assert cloud.call("RegionOne", "container", "GET", "/v1/containers", token=unscoped)[0] == 403
    finally:
        cloud.ok(CENTRAL, "network", "DELETE", f"{NETWORKS}/{made['id']}")
    for bad in ("nonsense", "gAAAAABkeystone-has-never-seen-this", "x" * 9000, "cw1.a.b.c"):
        status, body = networks(cloud, bad)
        assert status == 401, (bad[:20], body)


def credential(keystone, name, rules):
    """A token of an application credential of a user of its own with these access rules."""
    user, _ = keystone.make_user(name, "words", "interop-cred")
    own = keystone.login(name, "words", "interop-cred")
    wish = {"application_credential": {"name": "limited", **({} if rules is None else {"access_rules": rules})}}

    def create():
        # Keystone was seen to answer once that it could not find a role which it had just put into the token
        status, body, _ = ask("POST", f"{keystone.url}/users/{user}/application_credentials", wish, {"X-Auth-Token": own})
        assert status == 201 or (status == 400 and "Could not find role assignment" in str(body)), (status, body)
        return body["application_credential"] if status == 201 else None
    made = eventually(create, "the application credential is made", 15)
    status, body, headers = ask("POST", keystone.url + "/auth/tokens", {"auth": {"identity": {"methods": ["application_credential"], "application_credential": {
        "id": made["id"], "secret": made["secret"]}}}})
    assert status == 201, body
    return headers["x-subject-token"]


def test_an_application_credential_with_access_rules_is_good_for_those_requests_only(cloud, keystone):
    free = credential(keystone, "interop-free", None)
    assert networks(cloud, free)[0] == 200 and cloud.call("RegionOne", "container", "GET", "/v1/containers", token=free)[0] == 200
    bound = credential(keystone, "interop-bound", [{"service": "network", "method": "GET", "path": "/v2.0/networks"},
                                                   {"service": "container", "method": "GET", "path": "/v1/containers/**"}])
    for region in ("RegionOne", CENTRAL):
        assert networks(cloud, bound, region)[0] == 200
    assert cloud.call("RegionOne", "network", "GET", "/v2.0/ports", token=bound)[0] == 401
    assert cloud.call(CENTRAL, "network", "POST", NETWORKS, {"network": {"name": "no"}}, token=bound)[0] == 401
    assert cloud.call("RegionOne", "container", "GET", "/v1/containers", token=bound)[0] == 401
    assert cloud.call("RegionOne", "container", "GET", "/v1/containers/nothing", token=bound)[0] == 404
    assert cloud.call("RegionOne", "image", "GET", "/v2/images", token=bound)[0] == 401
    # a service that passes the request on is not bound by the user's rules; somebody who is no service is
    service = keystone.login(SERVICE_USER, SERVICE_PASSWORD, "service")
    assert cloud.call("RegionOne", "network", "GET", "/v2.0/ports", token=bound, headers={"X-Service-Token": service})[0] == 200
    assert cloud.call("RegionOne", "network", "GET", "/v2.0/ports", token=bound, headers={"X-Service-Token": free})[0] == 401


def test_a_service_token_lets_a_users_token_that_expired_go_on_and_nothing_else_does(cloud, external, keystone):
    keystone.make_user("interop-late", "words", "interop-late")
    service = keystone.login(SERVICE_USER, SERVICE_PASSWORD, "service")
    keystone.configure({"token": {"expiration": 8}})
    try:
        token = keystone.login("interop-late", "words", "interop-late")
        assert networks(cloud, token)[0] == 200
    finally:
        keystone.configure({})
    eventually(lambda: networks(cloud, token)[0] == 401, "the token expired, whatever is cached", 15)
    assert networks(cloud, token, headers={"X-Service-Token": service})[0] == 200
    assert networks(cloud, token)[0] == 401, "the answer to the one question is none to the other"
    assert networks(cloud, token, headers={"X-Service-Token": cloud.token()})[0] == 401, "an administrator is no service"
    assert networks(cloud, token, headers={"X-Service-Token": "nonsense"})[0] == 401


def test_the_request_id_of_an_answer_is_the_one_that_keystone_was_asked_under(cloud, external, keystone):
    token = keystone.login()
    external.proxy.requests.clear()
    status, _, headers = cloud.raw(cloud.url("RegionOne", "network") + NETWORKS, headers={"X-Auth-Token": token})
    assert status == 200
    ours = {name.lower(): value for name, value in headers.items()}["x-openstack-request-id"]
    asked = [said for line, said in external.proxy.requests if line.startswith("GET /v3/auth/tokens") and said.get("x-subject-token") == token]
    assert len(asked) == 1 and asked[0]["x-openstack-request-id"] == ours
    assert networks(cloud, token)[0] == 200
    assert len([1 for _, said in external.proxy.requests if said.get("x-subject-token") == token]) == 1, "the answer is remembered"


def test_the_service_users_password_is_in_no_log_and_tokens_are_not(cloud, keystone):
    token = keystone.login()
    assert networks(cloud, token)[0] == 200
    for folder, _, files in os.walk(os.path.join(cloud.state, "log")):
        for name in files:
            with open(os.path.join(folder, name), errors="replace") as file:
                text = file.read()
            assert SERVICE_PASSWORD not in text and token not in text, name
