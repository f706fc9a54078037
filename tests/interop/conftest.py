import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), "e2e"), HERE]

# these tests are about nothing else
os.environ.setdefault("CAUSEWAY_EXTERNAL", "keystone")

import cloud_fixtures  # noqa: E402


def pytest_configure(config):
    # once for a run: e2e/ and interop/ share one cloud
    if not config.pluginmanager.is_registered(cloud_fixtures):
        config.pluginmanager.register(cloud_fixtures)
