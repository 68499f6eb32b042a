"""Python's search for cycles, set for a process that runs for long and makes few of them."""

from __future__ import annotations

import gc
from typing import Final

_YOUNG: Final = 20_000
"""Objects more than before until the youngest are searched. Python's own 700 are made by one turn, and
searching took a seventh of a worker's time."""


def settle() -> None:
    """Once a process is up: what is here now stays, and walking through it would hold up all calls, again and
    again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)
