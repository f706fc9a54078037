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
