"""What an agent measures itself: the histograms of its /metrics."""
import re

from cloud import unix_request


def buckets(cloud, host, metric, labels):
    """{bound in seconds: how many took at most that}, of the host's agent up to now, summed over what `labels` (a regular expression) leaves open."""
    path = f"/proc/{cloud.hosts[host]['init']}/root/run/docker/plugins/causeway.sock"
    text = unix_request(path, "GET", "/metrics")[1]
    text = text.decode() if isinstance(text, bytes) else str(text)
    out = {}
    for bound, count in re.findall(rf'{metric}_bucket\{{{labels},le="([^"]+)"\}} (\d+)', text):
        out[float(bound)] = out.get(float(bound), 0) + int(count)
    return out


def since(before, after):
    return {bound: count - before.get(bound, 0) for bound, count in after.items()}


def total(counts):
    return max(counts.values(), default=0)


def within(counts, share):
    """The upper bound, in ms, of what this share took."""
    return next((bound * 1000 for bound in sorted(counts) if counts[bound] >= share * total(counts)), float("inf"))
