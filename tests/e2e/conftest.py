import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cloud import Cloud  # noqa: E402


@pytest.fixture(scope="session")
def cloud():
    """One cloud of two regions with two hosts each, for all tests; every test leaves it empty."""
    made = Cloud()
    try:
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
