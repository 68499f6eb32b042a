"""The processor's time that a process took, as Linux tells it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.house import House

_TICK_S: Final = 1 / os.sysconf("SC_CLK_TCK")


def seconds(pid: int) -> float:
    """Of all its threads, since it began (proc(5): utime and stime are fields 14 and 15)."""
    fields = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


def of_machine() -> float:
    """Of everything that runs here, since it was started (proc(5), /proc/stat: user to steal, without idle)."""
    line = Path("/proc/stat").read_text().partition("\n")[0]
    user, nice, system, _, _, irq, softirq, steal = map(int, line.split()[1:9])
    return (user + nice + system + irq + softirq + steal) * _TICK_S


def of_all(house: House) -> Mapping[str, float]:
    """By process."""
    return {name: seconds(process.pid) for name, process in house.running.items()}
