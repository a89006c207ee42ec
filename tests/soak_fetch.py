"""``python -m tests.soak_fetch``: kill crawls of `fetch` at random moments, time and again, and look.

A site on loopback is crawled into an empty store. The crawl is killed at some moments, each of them
anywhere up to the time an undisturbed one takes, and is then left to finish. The
store has to hold every page, whole, with its record; nothing may have been asked for more often than
once, but for what was under way when a crawl was killed; a crawl killed after it was done counts as
done.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from tests.fetching import FAST, Crawl, fetch, sidecar, start, stored
from tests.website import Site, index, page, skill, website

_KILLS_IN_A_ROW = 4
_NAMES = [f"skill-{chr(97 + number)}x" for number in range(12)]


def serve(site: Site) -> str:
    """Serve an index and its pages."""
    site.serve("/skills", index(*(f"/skills/{name}" for name in _NAMES)))
    for name in _NAMES:
        site.serve(f"/skills/{name}", page(skill(name), "/skills"))
    return f"{site.url}/skills"


def killed(process: Crawl, seconds: float) -> bool:
    """Kill a crawl after some time; False where it had ended by then."""
    ended = process.ends_within(seconds)
    if not ended:
        try:
            process.kill()
        except ProcessLookupError:
            ended = True  # between the look and the kill
    process.wait()
    return not ended


def problems(site: Site, folder: Path, kills: int) -> list[str]:
    """Return what is wrong with a store after its crawl was killed so many times and then finished."""
    found = []
    pages = stored(folder)
    if missing := {f"en/{name}.html" for name in _NAMES} ^ set(pages):
        found.append(f"missing or too many: {sorted(missing)}")
    for name, data in pages.items():
        known = sidecar(folder, name)
        if known["sha256"] != hashlib.sha256(data).hexdigest():
            found.append(f"{name} is not what its record says")
        if data != page(skill(Path(name).stem), "/skills").encode():
            found.append(f"{name} is not what the site served")
    counts = site.counts()
    again = sum(count - 1 for count in counts.values())
    # One that was killed when all was done is not gone on with: the next one asks for everything.
    starts_anew = counts["/skills"] - 1
    if again > kills + starts_anew * len(_NAMES):
        found.append(f"{again} requests too many after {kills} kills: {counts}")
    leftovers = [path.name for path in folder.rglob("*") if ".tmp" in path.name]
    if leftovers:
        found.append(f"left behind: {leftovers}")
    return found


def try_one(lot: random.Random, root: Path, seconds: float) -> tuple[int, list[str]]:
    """Crawl into an empty store, killed up to four times on the way."""
    folder = root / "store"
    shutil.rmtree(folder, ignore_errors=True)
    kills = 0
    with website() as site:
        url = serve(site)
        for _ in range(lot.randint(1, _KILLS_IN_A_ROW)):
            if not killed(start(folder, *FAST, url), lot.uniform(0.1, seconds)):
                break
            kills += 1
        else:
            result = fetch(folder, url)
            if result.code:
                return kills, [f"exit code {result.code}: {result.err}"]
        return kills, problems(site, folder, kills)


def main() -> int:
    options = _options()
    began = perf_counter()
    lot = random.Random(options.seed)
    crawls, kills, found = 0, 0, []
    with tempfile.TemporaryDirectory(prefix="soak-fetch-") as name:
        root = Path(name)
        with website() as site:
            url = serve(site)
            fetch(root / "first", url)
            start_of_one = perf_counter()
            fetch(root / "second", url)
            seconds = perf_counter() - start_of_one
        while kills < options.kills:
            more, bad = try_one(lot, root, seconds)
            kills, crawls = kills + more, crawls + 1
            found += bad
            if bad:
                print(f"crawl {crawls}", *bad, sep="\n  ", file=sys.stderr)
    report = {
        "crawls": crawls,
        "killed": kills,
        "problems": Counter(line.partition(":")[0] for line in found),
        "crawl_seconds": round(seconds, 3),
        "seconds": round(perf_counter() - began, 1),
        "seed": options.seed,
    }
    print(json.dumps(report, indent=2))
    return bool(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak_fetch", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="crawls killed at random moments")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
