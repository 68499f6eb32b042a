"""A real worker whose model takes as long as a file says: `python -m tests.proofs.paced_worker CONFIG`.

With so many turns at once, that sets how many messages a second are answered (Little's law).
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Final

from bot import observe
from bot.ports import Heard, Model, Prompt
from bot.settings import Settings, load
from tests.bench.fixed_worker import ANSWER, open_fixed
from workers.app import WorkerProcess

_LOOK_S: Final = 0.25


def pace_file(config: Path) -> Path:
    """Where it is written: seconds of an answer, as text."""
    return config.with_name("model.pace")


class PacedModel:
    """`bot.ports.Model`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seconds = 0.0
        self._looked = float("-inf")

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        if time.monotonic() - self._looked > _LOOK_S:
            self._looked = time.monotonic()
            self._seconds = float(self._file.read_text(encoding="utf-8"))
        await asyncio.sleep(self._seconds)
        return ANSWER

    async def ping(self) -> None:
        pass

    async def close(self) -> None:
        pass


def main(config: Path) -> int:
    """The process's exit code."""
    observe.set_up("worker", os.environ)

    def paced(_: Settings) -> Model:
        return PacedModel(pace_file(config))

    return WorkerProcess(load(config, os.environ), open_fixed, paced).run()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
