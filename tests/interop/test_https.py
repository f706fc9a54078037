"""Keystone and Glance behind TLS with a private authority, and what is said when their certificates are not accepted."""
import contextlib
import os

import pytest

from cloud import eventually
from reconfigure import log_of, with_settings
from tls_front import Authority, TlsFront

HERE = "RegionOne"


@pytest.fixture(scope="module")
def fronts(external, cloud, tmp_path_factory):
    """Keystone and Glance by https at 127.0.0.1 and 127.0.1.1, with certificates for these addresses and for no name."""
    if not getattr(external, "glance", None):
        pytest.skip("no Glance in this run (CAUSEWAY_EXTERNAL)")
    folder = str(tmp_path_factory.mktemp("tls"))
    authority = Authority(os.path.join(folder, "authority"))
    pair = authority.certificate("--address", "127.0.0.1", "--address", "127.0.1.1")
    with contextlib.ExitStack() as stack:
        class Fronts:
            ca_file = authority.file
            keystone = TlsFront(folder, "keystone-front", "127.0.0.1", f"127.0.0.1:{external.keystone.port}", *pair)
            stack.callback(keystone.stop)
            glance = TlsFront(folder, "glance-front", "127.0.1.1", f"{external.glance_wire.address}:{external.glance_wire.port}", *pair)
            stack.callback(glance.stop)
            other = Authority(os.path.join(folder, "somebody-elses"))
        Fronts.other.certificate("--address", "127.0.0.1")
        yield Fronts


def networks(cloud, token):
    return cloud.call(HERE, "network", "GET", "/v2.0/networks", token=token)


def assert_not_trusted(cloud, token, why):
    status, body = networks(cloud, token)
    words = body["NeutronError"]["message"]
    assert status == 503 and "(Keystone) is not trusted" in words and why in words and "keystone.ca_file" in words, (status, body)
    assert why in log_of(cloud, HERE)


def test_a_region_works_with_both_behind_tls(cloud, external, fronts):
    keystone = external.keystone
    settings = {"keystone.url": f"{fronts.keystone.url}/v3", "keystone.ca_file": fronts.ca_file, "glance.url": fronts.glance.url, "glance.ca_file": fronts.ca_file}
    image = cloud.upload_image(HERE, "over-tls")
    network, _ = cloud.make_network("tls-net", "10.79.0.0/24")
    with with_settings(cloud, HERE, settings):
        external.glance_wire.downloads.clear()
        token = keystone.login()
        assert networks(cloud, token)[0] == 200
        ident = cloud.create(HERE, image, network, token=token)["uuid"]
        cloud.wait_status(HERE, ident, "Running", 90)
        assert len(external.glance_wire.downloads) == 1, "its data came this way"
        keystone.call("DELETE", "/auth/tokens", headers={"X-Subject-Token": token})
        eventually(lambda: networks(cloud, token)[0] == 401, "the revoked token is refused", 15)
        cloud.ok(HERE, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        cloud.wait_gone(HERE, ident)
    cloud.ok("CentralRegion", "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.ok(HERE, "image", "DELETE", f"/v2/images/{image}")
    cloud.assert_clean()


def test_a_keystone_whose_certificate_is_of_another_authority_or_for_another_name_is_not_trusted(cloud, external, fronts):
    token = external.keystone.login()
    with with_settings(cloud, HERE, {"keystone.url": f"{fronts.keystone.url}/v3", "keystone.ca_file": fronts.other.file}):
        assert_not_trusted(cloud, token, "unable to get local issuer certificate")
    with with_settings(cloud, HERE, {"keystone.url": f"https://localhost:{fronts.keystone.port}/v3", "keystone.ca_file": fronts.ca_file}):
        assert_not_trusted(cloud, token, "hostname mismatch")
    eventually(lambda: networks(cloud, token)[0] == 200, "as it was", 20)


def test_a_glance_whose_certificate_is_of_another_authority_is_not_trusted(cloud, external, fronts):
    image = cloud.upload_image(HERE, "never-over-tls")
    network, _ = cloud.make_network("tls-net", "10.79.0.0/24")
    with with_settings(cloud, HERE, {"glance.url": fronts.glance.url, "glance.ca_file": fronts.other.file}):
        body = {"image": image, "image_driver": "glance", "nets": [{"network": network}], "command": ["sleep", "1000"]}
        status, answer = cloud.call(HERE, "container", "POST", "/v1/containers?run=true", body)
        words = answer["errors"][0]["detail"]
        assert status == 503 and "is not trusted" in words and "unable to get local issuer certificate" in words and "glance.ca_file" in words, (status, answer)
        assert "unable to get local issuer certificate" in log_of(cloud, HERE)
    cloud.ok("CentralRegion", "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.ok(HERE, "image", "DELETE", f"/v2/images/{image}")
    cloud.assert_clean()
