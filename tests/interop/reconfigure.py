"""A process of the cloud that runs with other settings for a while."""
import contextlib
import json
import os

from cloud import eventually


@contextlib.contextmanager
def with_settings(cloud, region, settings):
    """Restarts the region's process with these beside its own, and with its own again after it."""
    file = os.path.join(cloud.state, "etc", f"{region}.toml")
    with open(file) as before:
        own = before.read()
    kept = [line for line in own.splitlines() if line.split(" = ")[0] not in settings]
    try:
        restart_with(cloud, region, file, "\n".join([*kept, *(f"{name} = {json.dumps(value)}" for name, value in settings.items())]) + "\n")
        yield
    finally:
        restart_with(cloud, region, file, own)


def restart_with(cloud, region, file, text):
    with open(file, "w") as changed:
        changed.write(text)
    cloud.stop_process(region)
    cloud.start_process(region)
    eventually(lambda: all(cloud.healthy(region, service) for service in ("network", "container")), f"{region} serves again", 30)


def log_of(cloud, region):
    with open(cloud.processes()[region]["log"], errors="replace") as file:
        return file.read()
