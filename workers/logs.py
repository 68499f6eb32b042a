"""The log of a program that is not ours, kept small: its disk is the one that messages are kept on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 20 * 1024 * 1024
"""A model server has a line for each call: some days of them. As much again is kept of what was before."""


def shorten(log_file: Path, *, most_bytes: int = MOST_BYTES) -> bool:
    """Begin it anew once it is longer; what it held stands beside it until the next time. Raises OSError.

    Emptied rather than renamed, as the program goes on writing into the file that it has open; it appends,
    so it goes on at the beginning. What it writes in that very moment is lost.
    """
    if not log_file.exists() or log_file.stat().st_size <= most_bytes:
        return False
    shutil.copyfile(log_file, log_file.with_name(f"{log_file.name}.1"))
    os.truncate(log_file, 0)
    return True
