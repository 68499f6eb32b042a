"""What a process has, as Linux tells it."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.house import House
from tests.proofs import processor

_KB: Final = re.compile(r"^(\w+): +(\d+) kB", re.M)


@dataclass(frozen=True, slots=True)
class Sample:
    """Of one process; memory in kB."""

    at: float
    """Seconds of a clock that nobody sets."""
    rss: int
    pss: int
    """Pages that others share count for their part (proc(5), smaps_rollup)."""
    uss: int
    """Its own alone."""
    files: int
    """Open ones that are no sockets."""
    sockets: int
    threads: int
    processor: float
    """Seconds of it, since the process began."""


def sample(pid: int) -> Sample:
    """Of a running process."""
    own = Path("/proc", str(pid))
    memory = {name: int(kb) for name, kb in _KB.findall((own / "smaps_rollup").read_text())}
    threads = re.search(r"^Threads:\s+(\d+)", (own / "status").read_text(), re.M)
    targets = []
    for file in (own / "fd").iterdir():
        with suppress(FileNotFoundError):  # closed since
            targets.append(str(file.readlink()))
    sockets = sum(target.startswith("socket:") for target in targets)
    return Sample(
        time.monotonic(),
        memory["Rss"],
        memory["Pss"],
        memory["Private_Clean"] + memory["Private_Dirty"],
        len(targets) - sockets,
        sockets,
        int(threads[1]) if threads else 0,
        processor.seconds(pid),
    )


async def watch(house: House, samples: defaultdict[str, list[Sample]], *, every: float) -> None:
    """All processes of a house, for ever."""
    while True:
        for name, process in house.running.items():
            samples[name].append(sample(process.pid))
        await asyncio.sleep(every)


def between(samples: Mapping[str, list[Sample]], start: float, end: float) -> Mapping[str, list[Sample]]:
    """Those of that time."""
    return {name: [one for one in some if start <= one.at <= end] for name, some in samples.items()}
