"""What is too old is deleted in the background, whatever the disk and the store say meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

from adapters.media.shelf import Shelf
from bot.errors import Unavailable
from bot.settings import MediaSettings
from tests.conftest import SettableClock
from workers import metrics
from workers.tidying import tidy_for_ever, trim_for_ever


class Watched(Shelf):
    """Tells when it was tidied; the first time the disk is in trouble."""

    def __init__(self, folder: Path, clock: SettableClock) -> None:
        super().__init__(folder, MediaSettings.model_validate({}), clock)
        self.times = 0
        self.tidied = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def tidy(self) -> int:
        self.times += 1
        if self.times == 1:
            raise OSError("input/output error")
        left = super().tidy()
        self._loop.call_soon_threadsafe(self.tidied.set)
        return left


async def test_a_disk_in_trouble_is_tried_again(tmp_path: Path, clock: SettableClock) -> None:
    day = tmp_path / "shop" / "2023-11-14"
    day.mkdir(parents=True)
    (day / "x.amr").write_bytes(b"12345")
    old = tmp_path / "shop" / "2023-10-01"
    old.mkdir()
    shelf = Watched(tmp_path, clock)

    task = asyncio.create_task(tidy_for_ever(shelf, every=0.01))
    async with asyncio.timeout(5):
        await shelf.tidied.wait()
        while metrics.MEDIA_BYTES._value.get() != 5:
            await asyncio.sleep(0.01)
    task.cancel()

    assert (day.exists(), old.exists()) == (True, False)


class Trimmed:
    """A journal that tells when it was trimmed; the first time the store is away."""

    def __init__(self) -> None:
        self.times = 0
        self.done = asyncio.Event()

    async def tidy(self) -> None:
        self.times += 1
        if self.times == 1:
            raise Unavailable("the store is away")
        self.done.set()


async def test_a_store_that_is_away_is_trimmed_later() -> None:
    journal = Trimmed()

    task = asyncio.create_task(trim_for_ever(journal, every=0.01))
    async with asyncio.timeout(5):
        await journal.done.wait()
    task.cancel()
