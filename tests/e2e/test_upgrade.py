"""A store of an earlier build: what this build looks by is there after the first start."""
import contextlib
import os
import sqlite3

from cloud import CENTRAL, eventually

REGION = "RegionOne"
HOST = "r1h1"


def forget_indexes(folder):
    """As a build leaves a store that looked for its records in other ways."""
    with contextlib.closing(sqlite3.connect(os.path.join(folder, "causeway.db"))) as database, database:
        database.execute("DELETE FROM records WHERE kind = 'indexed_by'")
        database.execute("DELETE FROM record_index")
        database.execute("DELETE FROM record_unique")
        typed = "erased = 0 AND kind NOT IN ('cursor', 'agent_identity')"
        database.execute(f"""UPDATE records SET indexes = '[["colour","green",false]]' WHERE {typed}""")
        database.execute(f"INSERT INTO record_index SELECT kind, 'colour', 'green', id FROM records WHERE {typed}")


def entries(folder):
    with contextlib.closing(sqlite3.connect(f"file:{os.path.join(folder, 'causeway.db')}?mode=ro", uri=True)) as database:
        return {(table, *row) for table in ("record_index", "record_unique") for row in database.execute(f"SELECT kind, name, value, id FROM {table}")}


def test_a_store_of_an_earlier_build_is_indexed_anew_at_the_start(cloud, images):
    network, _ = cloud.make_network("upgraded", "10.88.0.0/24")
    group = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-groups", {"security_group": {"name": "upgraded"}})["security_group"]["id"]
    rule = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules",
                    {"security_group_rule": {"security_group_id": group, "direction": "ingress", "protocol": "tcp"}})["security_group_rule"]["id"]
    first = cloud.create(REGION, images[REGION], network, host=HOST, command=["sleep", "100000"])["uuid"]
    cloud.wait_status(REGION, first, "Running")

    of_processes = {"central": "central", REGION: REGION, "agent-" + HOST: HOST}
    folders = [os.path.join(cloud.state, folder) for folder in of_processes.values()]
    for process in of_processes:
        cloud.stop_process(process)
    eventually(lambda: all(cloud.processes()[process]["pid"] <= 0 for process in of_processes), "they are stopped", 30)
    for folder in folders:
        assert any(kind == "port" and name == "network_id" for _, kind, name, _, _ in entries(folder)) or folder.endswith(HOST)
        forget_indexes(folder)
    for process in of_processes:
        cloud.start_process(process)
    eventually(cloud.all_back, "they are back", 60)

    # what is found by an index is found: the rule by its id, the port by its network, the container by its name and project
    assert [p["device_id"] for p in cloud.ok(CENTRAL, "network", "GET", f"/v2.0/ports?network_id={network}")["ports"]] == [first]
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/security-group-rules/{rule}")
    second = cloud.create(REGION, images[REGION], network, host=HOST, command=["sleep", "100000"])["uuid"]
    address = cloud.address_of(cloud.wait_status(REGION, second, "Running"))[0]
    assert cloud.ping(REGION, first, address)
    for folder in folders:
        assert not any(name == "colour" for _, _, name, _, _ in entries(folder)), "nothing is indexed by what nobody looks by"
    for process in of_processes:
        with open(os.path.join(cloud.state, "log", process + ".log")) as log:
            assert "were indexed anew" in log.read(), process

    for ident in (first, second):
        cloud.ok(REGION, "container", "DELETE", f"/v1/containers/{ident}?force=true")
    for ident in (first, second):
        cloud.wait_gone(REGION, ident)
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/security-groups/{group}")
    cloud.assert_clean()
