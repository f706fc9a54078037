"""kill -9 of any process at random moments during creates and deletes; what was acknowledged holds, and nothing is left."""
import os
import random
import threading
import time
import urllib.error

from cloud import CENTRAL, eventually

CREATES = int(os.environ.get("CAUSEWAY_CHAOS_CREATES", "100"))


def test_kill_9_of_any_process_during_creates_and_deletes(cloud, images):
    seed = int(os.environ.get("CAUSEWAY_E2E_SEED", random.randrange(1 << 30)))
    print(f"seed {seed}")
    dice = random.Random(seed)
    network, _ = cloud.make_network("chaos", "10.40.0.0/20")
    regions = list(cloud.regions)
    for region in regions:  # both regions know the network before the trouble begins
        ident = cloud.create(region, images[region], network)["uuid"]
        cloud.wait_status(region, ident, "Running")
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        cloud.wait_gone(region, ident)

    stop = threading.Event()
    victims = []

    def reaper():
        names = sorted(cloud.processes())
        while not stop.wait(dice.uniform(0.3, 2.0)):
            victim = dice.choice(names)
            victims.append(victim)
            try:
                cloud.kill(victim)
            except (AssertionError, OSError):
                pass

    def attempt(*args, **kwargs):
        try:
            return cloud.call(*args, timeout=20, **kwargs)
        except (OSError, urllib.error.URLError):
            return None, None

    killer = threading.Thread(target=reaper)
    killer.start()
    alive, doomed, created = {}, {}, 0
    try:
        deadline = time.monotonic() + 240
        while created < CREATES and time.monotonic() < deadline:
            region = dice.choice(regions)
            status, body = attempt(region, "container", "POST", "/v1/containers?run=true", {
                "image": images[region], "image_driver": "glance", "nets": [{"network": network}], "command": ["sleep", "100000"],
                "memory": "16", "cpu": "0.1", "name": f"chaos-{created}"})
            if status == 202:
                alive[body["uuid"]] = region
                created += 1
            else:
                time.sleep(0.05)
            time.sleep(dice.uniform(0, 0.6))  # so that the blows fall on every stage of a life
            # keep about six alive
            while len(alive) > 6:
                ident = dice.choice(sorted(alive))
                status, _ = attempt(alive[ident], "container", "DELETE", f"/v1/containers/{ident}?force=true")
                if status == 204:
                    doomed[ident] = alive.pop(ident)
                elif status == 404:
                    raise AssertionError(f"acknowledged container {ident} is lost (seed {seed})")
                else:
                    time.sleep(0.1)
                    if time.monotonic() > deadline:
                        break
    finally:
        stop.set()
        killer.join()
    print(f"{created} created, {len(victims)} killed: {victims}")
    assert created == CREATES, f"only {created} creates in time (seed {seed})"
    assert len(victims) >= CREATES // 20, victims

    eventually(cloud.all_back, "every process is back", 60)
    for region in regions:
        eventually(lambda: attempt(region, "container", "GET", "/v1/containers")[0] == 200, f"{region} answers", 60)

    # deleted ones go; living ones run, or say why not; none was lost
    for ident, region in doomed.items():
        cloud.wait_gone(region, ident, 240)
    addresses = {}
    for ident, region in alive.items():
        last = {}

        def settled():
            last.update(cloud.container(region, ident) or {})
            return last if last.get("status") in ("Running", "Error", "Stopped", "Dead") else None

        try:
            body = eventually(settled, f"{ident} settled (seed {seed})", 300)
        except AssertionError:
            raise AssertionError(f"{ident} does not settle (seed {seed}): {last}") from None
        for address in cloud.address_of(body):
            assert address not in addresses, f"{address} is held by {ident} and {addresses[address]} (seed {seed})"
            addresses[address] = ident
    # no address is held twice, as the databases have it
    for region in regions:
        seen = {}
        for port in cloud.ok(region, "network", "GET", f"/v2.0/ports?network_id={network}")["ports"]:
            for ip in port["fixed_ips"]:
                assert ip["ip_address"] not in seen
                seen[ip["ip_address"]] = port["id"]
    for ident, region in alive.items():
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
    for ident, region in alive.items():
        cloud.wait_gone(region, ident, 240)
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network can be deleted", 60)
    cloud.assert_clean(180)
