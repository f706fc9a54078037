"""Keystone in bad days: each fault gives what docs/operator/existing-openstack.md says. The cloud's bounds are those of
services.py: 6 s fresh, 10 s more while Keystone is away, 1 s between polls for revocations, 4 s of waiting."""
import concurrent.futures
import time

import pytest

from cloud import CENTRAL, eventually
from services import ADMIN_PASSWORD

NETWORKS = "/v2.0/networks"


@pytest.fixture(scope="module")
def keystone(external):
    return external.keystone


@pytest.fixture(autouse=True)
def keystone_is_well(external, cloud):
    """Before and after each test: it answers, and the cloud has noticed."""
    yield
    external.proxy.behave()
    token = external.keystone.login()
    for region in (CENTRAL, *cloud.regions):
        eventually(lambda: networks(cloud, token, region)[0] == 200, f"{region} has noticed that Keystone is back", 20)


def networks(cloud, token, region="RegionOne"):
    return cloud.call(region, "network", "GET", NETWORKS, token=token)


def known_token(cloud, keystone, *who):
    """A token that RegionOne has validated."""
    token = keystone.login(*who)
    assert networks(cloud, token)[0] == 200
    return token


def assert_says_what_is_away(answer):
    status, body = answer
    assert status == 503 and "Keystone" in body["NeutronError"]["message"], answer


def cached_goes_on_and_then_503(cloud, keystone, token, fresh_token):
    """The documented course of an outage that begins now."""
    began = time.monotonic()
    assert_says_what_is_away(networks(cloud, fresh_token))
    seen = set()
    while time.monotonic() - began < 13:
        asked = time.monotonic()
        status = networks(cloud, token)[0]
        assert status == 200 or asked - began > 12, f"{status} after {asked - began:.1f} s: within the bound it goes on"
        seen.add(status)
        time.sleep(0.1)
    eventually(lambda: networks(cloud, token)[0] == 503, "past the bound it is 503", 20)
    assert 200 in seen and 401 not in seen
    assert_says_what_is_away(networks(cloud, token))


def test_keystone_stopped(cloud, external, keystone):
    fresh, token = keystone.login(), known_token(cloud, keystone)
    keystone.kill()
    try:
        cached_goes_on_and_then_503(cloud, keystone, token, fresh)
        assert cloud.healthy("RegionOne", "network")
    finally:
        keystone.serve()
    eventually(lambda: networks(cloud, token)[0] == 200, "it goes on by itself", 20)


def test_keystone_answering_500(cloud, external, keystone):
    fresh, token = keystone.login(), known_token(cloud, keystone)
    external.proxy.status = 500
    cached_goes_on_and_then_503(cloud, keystone, token, fresh)
    external.proxy.behave()
    eventually(lambda: networks(cloud, token)[0] == 200, "it goes on by itself", 20)


def test_keystone_that_takes_5_s_holds_up_nobody_whose_token_is_known(cloud, external, keystone):
    strangers = [keystone.login() for _ in range(12)]
    token = known_token(cloud, keystone)
    external.proxy.delay = 5.0
    with concurrent.futures.ThreadPoolExecutor(len(strangers)) as pool:
        began = time.monotonic()
        waiting = [pool.submit(networks, cloud, each) for each in strangers]
        # more of them than the listener has threads: some are refused at once, so that the known one has threads
        while not all(each.done() for each in waiting):
            assert networks(cloud, token)[0] == 200
        for each in waiting:
            assert_says_what_is_away(each.result())
        assert time.monotonic() - began < 30
    external.proxy.behave()
    eventually(lambda: networks(cloud, strangers[0])[0] == 200, "a stranger is known once it answers", 20)


def test_a_token_that_is_revoked_in_mid_flight_is_refused_within_the_time_between_polls(cloud, external, keystone):
    kept, token = known_token(cloud, keystone), known_token(cloud, keystone)
    external.proxy.requests.clear()
    keystone.call("DELETE", "/auth/tokens", headers={"X-Subject-Token": token})
    eventually(lambda: networks(cloud, token)[0] == 401, "the revoked token is refused", 15)
    assert networks(cloud, kept)[0] == 200
    assert any(line.startswith("GET /v3/OS-REVOKE/events") for line, _ in external.proxy.requests)


def test_what_keystone_publishes_nowhere_is_honoured_within_the_time_that_an_answer_is_fresh(cloud, keystone):
    user, project = keystone.make_user("interop-mid", "words", "interop-mid")
    token = known_token(cloud, keystone, "interop-mid", "words", "interop-mid")
    role = keystone.find("roles", "member")
    keystone.call("DELETE", f"/projects/{project}/users/{user}/roles/{role}")
    eventually(lambda: networks(cloud, token)[0] == 401, "without a role there is no token", 20)


def test_keys_that_are_rotated_end_the_tokens_that_they_signed_and_not_the_service(cloud, external, keystone):
    token = known_token(cloud, keystone)
    keystone.manage(["fernet_rotate", *keystone.us])
    assert networks(cloud, token)[0] == 200, "one rotation: the old key still opens it"
    renewed = known_token(cloud, keystone)
    # until no key is left that opened the old tokens, our own service user's among them
    for _ in range(3):
        keystone.manage(["fernet_rotate", *keystone.us])
    eventually(lambda: networks(cloud, token)[0] == 401, "the key of the token is gone", 20)
    eventually(lambda: networks(cloud, renewed)[0] == 401, "the key of the token is gone", 20)
    keystone.forget_login()
    assert networks(cloud, keystone.login("admin", ADMIN_PASSWORD))[0] == 200, "the service user has logged in again"
    cloud.forget_logins()


def test_signed_tokens_and_the_rotation_of_their_keys(cloud, external, keystone):
    """[token] provider = jws: longer, and of another form than Fernet's, which is Keystone's affair alone."""
    fernet = known_token(cloud, keystone)
    first, second = keystone.make_jws_keys("first"), keystone.make_jws_keys("second")
    keystone.sign_jws_with(first)
    keystone.configure({"token": {"provider": "jws"}})
    try:
        keystone.forget_login()
        signed = known_token(cloud, keystone)
        assert signed.count(".") == 2 and len(signed) > len(fernet), "a JWS"
        assert cloud.call("RegionTwo", "container", "GET", "/v1/containers", token=signed)[0] == 200
        tampered = signed[:-8] + ("A" * 8 if not signed.endswith("A" * 8) else "B" * 8)
        assert networks(cloud, tampered)[0] == 401
        eventually(lambda: networks(cloud, fernet)[0] == 401, "Keystone knows no Fernet tokens any more", 20)

        keystone.sign_jws_with(second)
        renewed = known_token(cloud, keystone)
        assert networks(cloud, signed)[0] == 200, "its key is still one that may have signed"
        keystone.forget_jws_key("first")
        eventually(lambda: networks(cloud, signed)[0] == 401, "the key of the token is gone", 20)
        assert networks(cloud, renewed)[0] == 200
        keystone.forget_login()
        keystone.call("DELETE", "/auth/tokens", headers={"X-Subject-Token": renewed})
        eventually(lambda: networks(cloud, renewed)[0] == 401, "a signed token is revoked as any other", 15)
        assert networks(cloud, keystone.login())[0] == 200, "the service user has a signed token itself"
    finally:
        keystone.configure({})
        keystone.forget_login()
        cloud.forget_logins()


def test_a_refused_service_user_is_the_operators_fault_and_never_the_callers(cloud, external, keystone):
    from services import SERVICE_PASSWORD, SERVICE_USER
    user = keystone.find("users", SERVICE_USER)
    token = known_token(cloud, keystone)
    keystone.call("PATCH", f"/users/{user}", {"user": {"password": "changed behind our back"}})
    try:
        stranger = keystone.login()
        status, body = eventually(lambda: (lambda answer: answer if answer[0] == 503 else None)(networks(cloud, stranger)), "it cannot be checked", 10)
        assert "keystone.password" in body["NeutronError"]["message"], body
        assert networks(cloud, token)[0] == 200
    finally:
        keystone.call("PATCH", f"/users/{user}", {"user": {"password": SERVICE_PASSWORD}})
