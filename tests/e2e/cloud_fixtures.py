"""What tests of a whole cloud share (a pytest plugin): a network of their own, the cloud, and what it takes from others."""
import ctypes
import os
import subprocess

import pytest

from cloud import Cloud
from services import ExternalServices

# what the cloud of this run takes from somebody else's OpenStack, such as "keystone"; tests/interop is about nothing else
EXTERNAL = "CAUSEWAY_EXTERNAL"

CLONE_NEWNET = 0x40000000


def pytest_configure(config):
    """Each process of the run has a network of its own: several clouds, with the same well-known ports, run side by side, and none of
    their traffic can leave. The process that only hands out tests (xdist's) needs none."""
    if getattr(config.option, "numprocesses", None):
        return
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        pytest.exit(f"a network namespace cannot be made (are you root?): {os.strerror(ctypes.get_errno())}", 3)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


@pytest.fixture(scope="session")
def external():
    """The services that are not ours in this run (interop/services.py); None when all of them are."""
    wanted = os.environ.get(EXTERNAL, "")
    if not wanted:
        yield None
        return
    made = ExternalServices(wanted.split(","))
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture(scope="session")
def cloud(external):
    """One cloud of two regions with two hosts each, for all tests; every test leaves it empty."""
    made = Cloud(settings=external.settings() if external else {})
    try:
        if external:
            external.cloud_is_up(made)
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def images(cloud):
    """The busybox image, in each region."""
    return {region: cloud.upload_image(region, "busybox-e2e") for region in cloud.regions}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.failed = outcome.get_result().failed


@pytest.fixture(autouse=True)
def nothing_left_for_the_next_test(request, cloud):
    """A test that failed must not make others fail: what it left is removed."""
    yield
    if getattr(request.node, "failed", False):
        cloud.wipe()
