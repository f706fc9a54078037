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

ROUNDS, SECONDS, CONNECTIONS = 12, 2, 8
KEYSTONE_PORT = 5001  # 5000 is the centre's
PATH = "/v2.0/networks"  # there are none


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        user, system = file.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class Measured:
    """What the rounds said of one region."""

    def __init__(self, cloud, region, token):
        self.cloud, self.region, self.token = cloud, region, token
        self.rates, self.processor = [], []  # requests a second; microseconds of its process for each

    def round(self, load_bench):
        pid = self.cloud.processes()[self.region]["pid"]
        before = processor_seconds(pid)
        done = subprocess.run([load_bench, self.cloud.url(self.region, "network"), PATH, self.token, str(CONNECTIONS), str(SECONDS)],
                              capture_output=True, text=True, check=True)
        said = json.loads(done.stdout)
        assert said["failures"] == 0, said
        self.rates.append(said["per_second"])
        self.processor.append((processor_seconds(pid) - before) / said["requests"] * 1e6)


def validation(load_bench):
    """Both regions, embedded identity first, each with all its rounds."""
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
            measured = [Measured(cloud, region, token) for region, token in tokens.items()]
            for number in range(ROUNDS):
                # who goes first takes turns, so that a machine that gets busier or idler favours neither
                for each in measured if number % 2 == 0 else reversed(measured):
                    each.round(load_bench)
        finally:
            cloud.stop()
    finally:
        services.stop()
    return measured


def section(measured):
    embedded, external = measured
    ratio = statistics.median(theirs / ours for ours, theirs in zip(embedded.rates, external.rates))
    rows = [f"| {name} | {statistics.median(each.rates):.0f} | {statistics.median(each.processor):.1f} |"
            for name, each in (("embedded", embedded), ("external Keystone, token validated before", external))]
    return ["## Tokens of an external Keystone", "",
            f"GET of an empty list of networks by {CONNECTIONS} connections, with one token: a region with embedded identity and one that goes by Debian's Keystone, "
            f"{ROUNDS} rounds of {SECONDS} s in turns; medians. Processor time is the region's process alone, so that it hardly depends on what else the machine does. "
            "Alone: `bench/tokens.py`.", "",
            "| identity | requests per second | µs of the process per request |", "|---|---|---|", *rows, "",
            f"External is {ratio:.2f} of embedded. Goal: at least 0.95.", ""]


if __name__ == "__main__":
    print("\n".join(section(validation(os.path.join(ROOT, "build", os.environ.get("CAUSEWAY_PRESET", "release"), "bench", "load_bench")))))
