"""`Uploads`: what a visitor sent is theirs, for a while, in a bounded space."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
import time
from pathlib import Path

import pytest

from adapters.webchat.folder import FolderUploads
from bot.channel import Blob
from bot.errors import Refused, Unavailable
from tests.pictures import GIF, PNG

HOUR = 3600.0
MOST = 1_000_000


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(folder: Path, clock: Clock, *, most_bytes: int = MOST) -> FolderUploads:
    return FolderUploads(folder / "uploads" / "web", hours=24, most_bytes=most_bytes, clock=clock)


@pytest.fixture
def uploads(tmp_path: Path, clock: Clock) -> FolderUploads:
    return opened(tmp_path, clock)


async def test_a_picture_is_found_by_its_owner_in_any_process(
    uploads: FolderUploads, tmp_path: Path, clock: Clock
) -> None:
    name = await uploads.put("v1", Blob(PNG, "image/png"))

    assert await opened(tmp_path, clock).has("v1", name)
    assert await opened(tmp_path, clock).get("v1", name, most=MOST) == Blob(PNG, "image/png")


async def test_the_same_picture_has_the_same_name_and_another_one_another(uploads: FolderUploads) -> None:
    name = await uploads.put("v1", Blob(PNG, "image/png"))

    assert await uploads.put("v1", Blob(PNG, "image/png")) == name
    assert await uploads.put("v1", Blob(GIF, "image/gif")) != name


async def test_a_strangers_picture_is_not_there(uploads: FolderUploads) -> None:
    name = await uploads.put("v1", Blob(PNG, "image/png"))

    assert not await uploads.has("v2", name)
    with pytest.raises(Refused):
        await uploads.get("v2", name, most=MOST)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../../secret.png", "x.png", "/etc/passwd", "a" * 32 + ".svg"]
)
async def test_no_name_leads_anywhere_else(uploads: FolderUploads, tmp_path: Path, name: str) -> None:
    await uploads.put("v1", Blob(PNG, "image/png"))
    (tmp_path / "secret.png").write_bytes(PNG)

    assert not await uploads.has("v1", name)
    with pytest.raises(Refused):
        await uploads.get("v1", name, most=MOST)


async def test_a_picture_that_is_too_big_for_its_reader_is_refused(uploads: FolderUploads) -> None:
    name = await uploads.put("v1", Blob(PNG, "image/png"))

    with pytest.raises(Refused, match="too big"):
        await uploads.get("v1", name, most=len(PNG) - 1)


async def test_it_goes_after_its_hours_and_one_sent_again_starts_anew(
    uploads: FolderUploads, clock: Clock
) -> None:
    once = await uploads.put("v1", Blob(PNG, "image/png"))
    again = await uploads.put("v1", Blob(GIF, "image/gif"))
    clock.now += 23 * HOUR
    await uploads.put("v1", Blob(GIF, "image/gif"))
    clock.now += 2 * HOUR

    await uploads.tidy()

    assert not await uploads.has("v1", once)
    assert await uploads.has("v1", again)


async def test_what_is_full_says_so_and_takes_more_when_there_is_room(tmp_path: Path, clock: Clock) -> None:
    uploads = opened(tmp_path, clock, most_bytes=len(PNG) + 10)
    await uploads.put("v1", Blob(PNG, "image/png"))
    restarted = opened(tmp_path, clock, most_bytes=len(PNG) + 10)

    for full in (uploads, restarted):
        with pytest.raises(Unavailable, match="full"):
            await full.put("v1", Blob(GIF, "image/gif"))
        await full.put("v1", Blob(PNG, "image/png"))  # it is there already

    clock.now += 25 * HOUR
    await uploads.tidy()
    assert await uploads.put("v1", Blob(GIF, "image/gif"))


async def test_two_processes_with_one_id_do_not_write_one_draft(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in two containers, where both are process 1: here they are one process."""
    clock.now = time.time()  # a draft bears the disk's time until it is whole
    both_wrote, write = threading.Barrier(2, timeout=10), Path.write_bytes

    def written(path: Path, data: bytes) -> int:
        size = write(path, data)
        both_wrote.wait()
        return size

    monkeypatch.setattr(Path, "write_bytes", written)
    two = (opened(tmp_path, clock), opened(tmp_path, clock))
    names = await asyncio.gather(*(one.put("v1", Blob(PNG, "image/png")) for one in two))

    assert names[0] == names[1]
    assert [path.suffix for path in (tmp_path / "uploads" / "web").iterdir()] == [".png"], "no draft is left"


async def test_a_disk_that_is_full_keeps_no_half_a_picture(
    uploads: FolderUploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(Unavailable, match="No space left"):
        await uploads.put("v1", Blob(PNG, "image/png"))

    assert list((tmp_path / "uploads" / "web").iterdir()) == []


async def test_a_folder_that_can_not_be_written_is_unavailable(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "uploads").write_text("a file where the folder should be")
    uploads = opened(tmp_path, clock)

    with pytest.raises(Unavailable, match="can't be used"):
        await uploads.put("v1", Blob(PNG, "image/png"))


async def test_nobody_else_on_the_machine_can_look(uploads: FolderUploads, tmp_path: Path) -> None:
    await uploads.put("v1", Blob(PNG, "image/png"))

    assert (tmp_path / "uploads" / "web").stat().st_mode & 0o077 == 0


async def test_half_a_picture_left_by_a_killed_process_goes_in_its_time(
    uploads: FolderUploads, tmp_path: Path, clock: Clock
) -> None:
    await uploads.put("v1", Blob(PNG, "image/png"))
    draft = tmp_path / "uploads" / "web" / "left.1.part"
    draft.write_bytes(b"half")
    os.utime(draft, (clock.now - 25 * HOUR,) * 2)

    await uploads.tidy()

    assert not draft.exists()
