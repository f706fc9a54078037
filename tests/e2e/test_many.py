"""Many containers created at once over all hosts, and deleted at once: all run, none is lost or doubled, nothing is left."""
import os
import time
from concurrent.futures import ThreadPoolExecutor

from cloud import CENTRAL, eventually

MANY = int(os.environ.get("CAUSEWAY_MANY", "60"))


def test_many_containers_at_once(cloud, images):
    network, _ = cloud.make_network("many", "10.80.0.0/20")
    regions = list(cloud.regions)
    for region in regions:
        cloud.ok(region, "container", "PUT", "/v1/quotas/" + project_of(cloud), {"containers": -1, "memory": -1, "cpu": -1})
    start = time.monotonic()
    with ThreadPoolExecutor(16) as crowd:
        made = list(crowd.map(lambda i: (regions[i % 2], cloud.create(regions[i % 2], images[regions[i % 2]], network, name=f"many-{i}", memory="16")["uuid"]), range(MANY)))

    def all_run():
        seen = {}
        for region in regions:
            for container in cloud.ok(region, "container", "GET", "/v1/containers")["containers"]:
                assert container["status"] != "Error", container
                seen[container["uuid"]] = container
        return seen if all(seen.get(ident, {}).get("status") == "Running" for _, ident in made) else None

    seen = eventually(all_run, f"{MANY} containers run", 60 + 3 * MANY, 0.5)
    print(f"{MANY} containers run after {time.monotonic() - start:.1f} s")
    assert len(seen) == MANY
    addresses = [a for container in seen.values() for a in cloud.address_of(container)]
    assert len(addresses) == len(set(addresses)) == MANY
    # each is on one host only, and on the one that is told
    held = {}
    for host in cloud.hosts:
        for container in cloud.docker(host, "GET", "/containers/json")[1]:
            assert held.setdefault(container["Labels"]["causeway.container"], host) == host
    assert held == {ident: container["host"] for ident, container in seen.items()}
    assert max(list(held.values()).count(h) for h in cloud.hosts) <= MANY / len(cloud.hosts) + 1, "they are spread evenly"

    with ThreadPoolExecutor(16) as crowd:
        list(crowd.map(lambda m: cloud.ok(m[0], "container", "DELETE", f"/v1/containers/{m[1]}?force=true"), made))
    for region, ident in made:
        cloud.wait_gone(region, ident, 60 + 3 * MANY)
    for region in regions:
        cloud.ok(region, "container", "DELETE", "/v1/quotas/" + project_of(cloud))
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network can be deleted", 60)
    cloud.assert_clean(60)


def project_of(cloud):
    return next(p["id"] for p in cloud.ok(CENTRAL, "identity", "GET", "/v3/projects")["projects"] if p["name"] == "admin")
