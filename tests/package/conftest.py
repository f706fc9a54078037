import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import debian_root  # noqa: E402


def pytest_configure(config):
    debian_root.own_mounts()


@pytest.fixture(scope="session")
def package():
    """The package of the program as it is built now."""
    program = os.path.join(debian_root.ROOT, "build", os.environ.get("CAUSEWAY_PRESET", "release"), "causeway")
    output = os.path.join(debian_root.ROOT, "build", "package-test")
    # the symbols' package is not what is tested; both that and packing tightly take long
    environment = dict(os.environ, DEB_BUILD_OPTIONS="noautodbgsym", DPKG_DEB_COMPRESSOR_TYPE="gzip", DPKG_DEB_COMPRESSOR_LEVEL="1")
    return debian_root.call(os.path.join(debian_root.ROOT, "tools/make-package"), program, output, env=environment).strip()
