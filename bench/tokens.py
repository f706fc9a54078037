#!/usr/bin/python3
"""What a request costs when its token is validated already: one region of a cloud goes by the centre's own identity service, the other by
Debian's Keystone, and both answer the same small request in turns. Part of ./dev bench; alone it prints its section: bench/tokens.py."""
import json
import os
import statistics
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(ROOT, "tests", "e2e"), os.path.join(ROOT, "tests", "interop")]
from cloud import Cloud, eventually  # noqa: E402
from services import ExternalServices  # noqa: E402

ROUNDS, SECONDS, CONNECTIONS = 9, 2, 8
KEYSTONE_PORT = 5001  # 5000 is the centre's
PATH = "/v2.0/networks"  # there are none


def validation(load_bench):
    """Requests a second with embedded and with external identity: medians, and the median of the rounds' ratios."""
    services = ExternalServices(["keystone"], keystone_port=KEYSTONE_PORT)
    try:
        services.start()
        account = {"identity.source": "external", "keystone.url": services.keystone.url, "keystone.password": "words of the bench"}
        services.keystone.make_user("causeway", account["keystone.password"], "service", ["service"])
        cloud = Cloud(hosts=1, settings={f"RegionTwo/{name}": value for name, value in account.items()})
        try:
            tokens = {"RegionOne": cloud.token(), "RegionTwo": services.keystone.login()}
            for region, token in tokens.items():
                eventually(lambda: cloud.call(region, "network", "GET", PATH, token=token)[0] == 200, f"{region} knows the token")
            rates = {region: [] for region in tokens}
            for _ in range(ROUNDS):
                for region, token in tokens.items():
                    done = subprocess.run([load_bench, cloud.url(region, "network"), PATH, token, str(CONNECTIONS), str(SECONDS)],
                                          capture_output=True, text=True, check=True)
                    said = json.loads(done.stdout)
                    assert said["failures"] == 0, said
                    rates[region].append(said["per_second"])
        finally:
            cloud.stop()
    finally:
        services.stop()
    ratio = statistics.median(theirs / ours for ours, theirs in zip(rates["RegionOne"], rates["RegionTwo"]))
    return statistics.median(rates["RegionOne"]), statistics.median(rates["RegionTwo"]), ratio


def section(measured):
    embedded, external, ratio = measured
    return ["## Tokens of an external Keystone", "",
            f"GET of an empty list of networks by {CONNECTIONS} connections, with one token: a region with embedded identity and one that goes by Debian's Keystone, "
            f"{ROUNDS} rounds of {SECONDS} s in turns. Alone: `bench/tokens.py`.", "",
            "| identity | requests per second |", "|---|---|",
            f"| embedded | {embedded:.0f} |", f"| external Keystone, token validated before | {external:.0f} |", "",
            f"External is {ratio:.2f} of embedded. Goal: at least 0.95.", ""]


if __name__ == "__main__":
    print("\n".join(section(validation(os.path.join(ROOT, "build", os.environ.get("CAUSEWAY_PRESET", "release"), "bench", "load_bench")))))
