"""What a channel brings is found to be what it says, made harmless, and kept for its days."""

from __future__ import annotations

import asyncio
import io
import stat
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from adapters.media.picture import MAX_PIXELS, MAX_SIDE, redrawn
from adapters.media.reader import ChannelMedia
from adapters.media.shelf import Shelf
from bot.channel import Blob
from bot.errors import KefuError, Refused, Unavailable
from bot.settings import MediaSettings
from bot.types import Media, Message
from tests.builders import a_conversation, a_message
from tests.conftest import SettableClock
from tests.fakes import RecordingChannel
from tests.simulators.media import AMR
from tests.unit.adapters.conftest import FUZZ
from tests.unit.adapters.pictures import a_bomb, a_picture, a_telephones_picture

DAY = 24 * 3600.0


class CarryingChannel(RecordingChannel):
    """Brings what it was given, and counts."""

    def __init__(self, *brings: bytes | KefuError) -> None:
        super().__init__()
        self.brings = list(brings)
        self.asked: list[tuple[Media, int]] = []

    async def fetch_media(self, media: Media, *, most: int) -> Blob:
        self.asked.append((media, most))
        one = self.brings.pop(0) if len(self.brings) > 1 else self.brings[0]
        if isinstance(one, KefuError):
            raise one
        return Blob(one, "text/plain")


def a_shelf(folder: Path, clock: SettableClock, **settings: Any) -> Shelf:
    return Shelf(folder / "media", MediaSettings.model_validate(settings), clock)


def sent(kind: str = "image", id: str = "m1", **changes: Any) -> Message:  # noqa: A002
    return a_message("", id=id, kind=kind, media=(Media(kind, {"code": "c"}),), **changes)


def reader(channel: RecordingChannel, shelf: Shelf) -> ChannelMedia:
    return ChannelMedia({"door": channel}, shelf, most=5000)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
async def test_a_picture_comes_as_a_small_jpeg_whatever_it_was(
    tmp_path: Path, clock: SettableClock, format_: str
) -> None:
    channel = CarryingChannel(a_picture(3000, 1500, format_))

    blob = await reader(channel, a_shelf(tmp_path, clock)).read(sent(), 0)

    assert blob.content_type == "image/jpeg"
    assert opened(blob.data).size == (MAX_SIDE, MAX_SIDE // 2)
    assert channel.asked == [(Media("image", {"code": "c"}), 5000)]


def test_a_telephones_picture_stands_upright_and_no_longer_names_the_camera() -> None:
    picture = redrawn(a_telephones_picture(80, 40))

    assert opened(picture).size == (40, 80)
    assert b"SecretCamera" not in picture


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_colour_is_understood(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (20, 10)).save(out, "JPEG" if mode == "CMYK" else "PNG")

    assert opened(redrawn(out.getvalue())).size == (20, 10)


async def test_a_picture_is_alone_on_the_easel_also_when_nobody_waits_for_it_any_more(
    tmp_path: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end, under_way, most = threading.Semaphore(0), threading.Event(), [], []

    def slowly(data: bytes) -> bytes:
        under_way.append(data)
        most.append(len(under_way))
        begun.release()
        may_end.wait(10)
        under_way.remove(data)
        return data

    monkeypatch.setattr("adapters.media.reader.redrawn", slowly)
    media = reader(CarryingChannel(a_picture()), a_shelf(tmp_path, clock))
    impatient = asyncio.create_task(media.read(sent(id="m1"), 0))
    await asyncio.to_thread(begun.acquire)
    impatient.cancel()
    await asyncio.wait([impatient])

    patient = asyncio.create_task(media.read(sent(id="m2"), 0))
    assert not await asyncio.to_thread(begun.acquire, timeout=0.3), "the first is still there"
    may_end.set()
    await patient

    assert most == [1, 1]


def test_a_bomb_is_known_by_its_header() -> None:
    with pytest.raises(Refused, match=f"more than {MAX_PIXELS}"):
        redrawn(a_bomb())


@pytest.mark.parametrize("cut", [9, 20, 40, 60])
def test_half_a_picture_is_none(cut: int) -> None:
    with pytest.raises(Refused, match="can't be opened"):
        redrawn(a_picture(400, 400)[:cut])


@FUZZ
@given(st.binary(max_size=200), st.integers(0, 100), st.sampled_from(["PNG", "GIF", "WEBP", "BMP", "JPEG"]))
def test_a_spoiled_picture_is_redrawn_or_refused(noise: bytes, at: int, format_: str) -> None:
    whole = a_picture(16, 16, format_)
    with suppress(Refused):
        redrawn(whole[:at] + noise + whole[at + len(noise) :])


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("image", b"<html>no picture</html>"),
        ("image", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("image", b"%PDF-1.7"),
        ("image", b"MZ\x90"),
        ("image", AMR),
        ("image", b""),
        ("voice", a_picture()),
        ("voice", b'{"errcode": 1}'),
        ("voice", b""),
    ],
)
async def test_what_claims_to_be_something_else_is_refused_and_not_kept(
    tmp_path: Path, clock: SettableClock, kind: str, data: bytes
) -> None:
    with pytest.raises(Refused, match=f"no {kind} that we know"):
        await reader(CarryingChannel(data), a_shelf(tmp_path, clock)).read(sent(kind), 0)

    assert not (tmp_path / "media").exists()


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (AMR, "audio/amr"),
        (b"#!AMR-WB\n...", "audio/amr-wb"),
        (b"\x02#!SILK_V3...", "audio/silk"),
        (b"OggS....", "audio/ogg"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
        (b"\x1aE\xdf\xa3", "audio/webm"),
    ],
)
async def test_a_voice_message_comes_as_it_is_with_its_true_type(
    tmp_path: Path, clock: SettableClock, data: bytes, content_type: str
) -> None:
    blob = await reader(CarryingChannel(data), a_shelf(tmp_path, clock)).read(sent("voice"), 0)

    assert blob == Blob(data, content_type)


async def test_a_door_that_brings_nothing_is_a_refusal(tmp_path: Path, clock: SettableClock) -> None:
    with pytest.raises(Refused, match="brings no files"):
        await reader(RecordingChannel(), a_shelf(tmp_path, clock)).read(sent(), 0)


async def test_what_is_kept_is_not_fetched_again(tmp_path: Path, clock: SettableClock) -> None:
    channel = CarryingChannel(a_picture())
    shelf = a_shelf(tmp_path, clock)
    first = await reader(channel, shelf).read(sent(), 0)

    again = await reader(channel, a_shelf(tmp_path, clock)).read(sent(), 0)
    await reader(channel, shelf).read(sent(id="m2"), 0)
    await reader(channel, shelf).read(sent(conversation=a_conversation("other")), 0)

    assert again == first
    assert len(channel.asked) == 3, "another message, and another customer's, are others"
    (day,) = (tmp_path / "media" / "shop").iterdir()
    assert len(list(day.glob("*.jpg"))) == 1, "the same picture is kept once"


async def test_a_fetch_that_failed_leaves_nothing_behind(tmp_path: Path, clock: SettableClock) -> None:
    channel = CarryingChannel(Unavailable("away"), a_picture())
    media = reader(channel, a_shelf(tmp_path, clock))

    with pytest.raises(Unavailable):
        await media.read(sent(), 0)

    assert (await media.read(sent(), 0)).content_type == "image/jpeg"


async def test_it_is_kept_in_the_messages_day_for_nobody_else_to_read(
    tmp_path: Path, clock: SettableClock
) -> None:
    await reader(CarryingChannel(AMR), a_shelf(tmp_path, clock)).read(
        sent("voice", sent_at=clock.now - DAY), 0
    )

    day = datetime.fromtimestamp(clock.now - DAY, UTC).date().isoformat()
    folder = tmp_path / "media" / "shop" / day
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = sorted(path.suffix for path in folder.iterdir())
    assert names == [".amr", ".of"], "and no draft is left"
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


async def test_a_platforms_wrong_clock_keeps_nothing_for_ever(tmp_path: Path, clock: SettableClock) -> None:
    shelf = a_shelf(tmp_path, clock)
    for number, sent_at in enumerate((1e10, 1 << 39, -5.0)):
        await reader(CarryingChannel(AMR), shelf).read(sent("voice", id=f"m{number}", sent_at=sent_at), 0)

    clock.now += 8 * DAY

    assert shelf.tidy() == 0
    assert list((tmp_path / "media" / "shop").iterdir()) == []


async def test_with_no_days_to_keep_nothing_is_kept(tmp_path: Path, clock: SettableClock) -> None:
    channel = CarryingChannel(AMR)
    media = reader(channel, a_shelf(tmp_path, clock, keep_days=0))

    await media.read(sent("voice"), 0)
    await media.read(sent("voice"), 0)

    assert len(channel.asked) == 2
    assert not (tmp_path / "media").exists()


async def test_a_full_disk_does_not_cost_the_customer_an_answer(tmp_path: Path, clock: SettableClock) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")

    blob = await reader(CarryingChannel(AMR), a_shelf(tmp_path, clock)).read(sent("voice"), 0)

    assert blob.data == AMR


async def test_what_is_older_than_its_days_goes(tmp_path: Path, clock: SettableClock) -> None:
    shelf = a_shelf(tmp_path, clock, keep_days=2)
    for age in range(4):
        message = sent("voice", id=f"m{age}", sent_at=clock.now - age * DAY)
        await reader(CarryingChannel(AMR), shelf).read(message, 0)
    (tmp_path / "media" / "shop" / "notes").mkdir()

    left = shelf.tidy()

    days = sorted(path.name for path in (tmp_path / "media" / "shop").iterdir())
    assert days == ["2023-11-13", "2023-11-14", "notes"], "today and yesterday; and what is not ours"
    assert left >= 2 * len(AMR)


async def test_the_oldest_goes_when_it_becomes_too_much(tmp_path: Path, clock: SettableClock) -> None:
    shelf = a_shelf(tmp_path, clock, keep_bytes=1024**2)
    for age in range(3):
        message = sent("voice", id=f"m{age}", sent_at=clock.now - age * DAY)
        await reader(CarryingChannel(AMR + bytes([age]) * 600_000), shelf).read(message, 0)

    assert shelf.tidy() <= 1024**2
    assert [path.name for path in (tmp_path / "media" / "shop").iterdir()] == ["2023-11-14"]


async def test_many_may_tidy_at_once(tmp_path: Path, clock: SettableClock) -> None:
    shelf = a_shelf(tmp_path, clock)
    for age in range(20):
        message = sent("voice", id=f"m{age}", sent_at=clock.now - age * DAY)
        await reader(CarryingChannel(AMR), shelf).read(message, 0)

    left = await asyncio.gather(*(asyncio.to_thread(shelf.tidy) for _ in range(8)))

    assert len(set(left)) == 1
    assert len(list((tmp_path / "media" / "shop").iterdir())) == 7
