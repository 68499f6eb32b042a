"""What becomes of a picture and of a voice message on their way to an answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot import wording
from bot.channel import Blob
from bot.errors import KefuError, Refused, Unavailable
from bot.model import budget, prompt
from bot.pipeline import Perceive, Pipeline, standard_steps
from bot.ports import Transcriber
from bot.types import Answer, Image, Media, Message, Outcome, Turn
from tests.builders import SHOP, a_message, a_passage, a_tenant, a_turn, some_settings
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedModel

JPEG = Blob(b"\xff\xd8\xff picture", "image/jpeg")
AMR = Blob(b"#!AMR\n", "audio/amr")


class Reader:
    """`bot.ports.MediaReader` that has everything, or meets a fault."""

    def __init__(self, *faults: KefuError | None, delay: float = 0) -> None:
        self.faults = list(faults)
        self.delay = delay
        self.asked: list[tuple[str, int]] = []

    async def read(self, message: Message, number: int) -> Blob:
        self.asked.append((message.id, number))
        await asyncio.sleep(self.delay)
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            raise fault
        return JPEG if message.media[number].kind == "image" else AMR


class Typist:
    """`bot.ports.Transcriber` that hears the same in everything."""

    def __init__(self, hears: str | KefuError = "怎么退货") -> None:
        self.hears = hears
        self.heard: list[Blob] = []

    async def transcribe(self, voice: Blob) -> str:
        self.heard.append(voice)
        if isinstance(self.hears, KefuError):
            raise self.hears
        return self.hears

    async def ping(self) -> None:
        """Always here."""

    async def close(self) -> None:
        """Nothing to close."""


def sent(kind: str, text: str = "", count: int = 1, id: str = "m1") -> Message:  # noqa: A002
    media = tuple(Media(kind, {"n": str(number)}) for number in range(count))
    return a_message(text, id=id, kind="text" if text and kind == "image" else kind, media=media)


async def run(
    *messages: Message,
    reader: Reader | None = None,
    typist: Transcriber | None = None,
    model: ScriptedModel | None = None,
    sees: bool = True,
    **changes: Any,
) -> tuple[Turn, Answer]:
    clock = SettableClock()
    perceive = Perceive(reader or Reader(), typist, sees=sees, tries=5, clock=clock)
    retriever = FixedRetriever(a_passage("七天内可以退货。"))
    steps = standard_steps({SHOP: a_tenant()}, retriever, model, some_settings().model, clock, perceive)
    return await Pipeline(steps, clock).run(a_turn(messages=messages, **changes))


async def test_what_was_spoken_is_answered_like_what_was_written() -> None:
    typist = Typist(" 怎么退货 ")

    turn, answer = await run(sent("voice"), typist=typist)

    assert answer == Answer("七天内可以退货。", Outcome.FAQ, ("faq.txt:1",))
    assert typist.heard == [AMR]
    assert (turn.messages[0].text, turn.messages[0].kind) == ("怎么退货", "voice")


async def test_words_that_the_platform_wrote_down_are_taken_as_they_are() -> None:
    reader, typist = Reader(), Typist()

    turn, answer = await run(sent("voice", "多久发货"), reader=reader, typist=typist)

    assert (reader.asked, typist.heard) == ([], [])
    assert turn.question == "多久发货"
    assert answer.text == "七天内可以退货。", "and nothing is said of a voice that stayed closed"


async def test_without_a_transcription_server_a_voice_gets_the_courteous_line() -> None:
    reader = Reader()

    _, answer = await run(sent("voice"), reader=reader)

    assert answer.text == wording.ONLY_TEXT.format(kind="语音")
    assert reader.asked == []


async def test_a_picture_goes_to_a_model_that_sees() -> None:
    model = ScriptedModel("这是连衣裙，七天内可以退。")

    turn, answer = await run(sent("image", "这件能退吗"), model=model)

    assert answer.text == "这是连衣裙，七天内可以退。"
    assert model.prompts[0].images == (Image(JPEG.data, "image/jpeg"),)
    assert model.prompts[0].question == "这件能退吗"
    assert turn.unseen == ()


async def test_a_picture_alone_is_asked_about_by_its_kind() -> None:
    model = ScriptedModel("这是连衣裙。")

    turn, answer = await run(sent("image"), model=model)

    assert (answer.text, model.prompts[0].question) == ("这是连衣裙。", "（图片）")
    assert turn.passages == (), "nothing is looked up where nothing was said"


async def test_several_pictures_keep_their_order_and_only_the_newest_are_looked_at() -> None:
    reader = Reader()
    model = ScriptedModel("好的。")
    pictures = [sent("image", id=f"m{number}") for number in range(5)]

    turn, _ = await run(*pictures, a_message("哪件好", id="m9"), reader=reader, model=model)

    assert reader.asked == [("m2", 0), ("m3", 0), ("m4", 0)]
    assert len(turn.images) == 3


@pytest.mark.parametrize("model", [None, ScriptedModel("好的。")])
async def test_where_no_model_sees_a_picture_alone_gets_the_courteous_line(
    model: ScriptedModel | None,
) -> None:
    reader = Reader()

    _, answer = await run(sent("image"), reader=reader, model=model, sees=False)

    assert answer.text == wording.ONLY_TEXT.format(kind="图片")
    assert reader.asked == [], "and is not fetched"


async def test_where_no_model_sees_the_words_beside_a_picture_are_answered_and_it_is_said() -> None:
    _, answer = await run(sent("image", "怎么退货"), sees=False)

    assert answer.outcome is Outcome.FAQ
    assert answer.text == f"七天内可以退货。\n\n{wording.UNSEEN.format(kind='图片')}"


@pytest.mark.parametrize("kind", ["video", "file"])
async def test_a_video_or_a_file_gets_the_courteous_line(kind: str) -> None:
    reader = Reader()

    _, answer = await run(sent(kind), reader=reader, typist=Typist(), model=ScriptedModel("x"))

    assert answer.text == wording.ONLY_TEXT.format(kind=wording.KINDS[kind])
    assert reader.asked == []


@pytest.mark.parametrize("kind", ["image", "voice"])
async def test_what_is_gone_or_broken_gets_the_courteous_line_at_once(kind: str) -> None:
    reader = Reader(Refused("gone"))

    _, answer = await run(sent(kind), reader=reader, typist=Typist(), model=ScriptedModel("x"))

    assert answer == Answer(wording.NOT_OPENED.format(kind=wording.KINDS[kind]), Outcome.CLARIFIED)


async def test_what_is_away_is_tried_once_more_and_then_gets_the_courteous_line() -> None:
    with pytest.raises(Unavailable):
        await run(sent("voice"), reader=Reader(Unavailable("away")), typist=Typist())

    _, answer = await run(sent("voice"), reader=Reader(Unavailable("away")), typist=Typist(), attempts=1)

    assert answer.text == wording.NOT_OPENED.format(kind="语音")


async def test_a_turn_that_may_be_tried_once_only_is_answered_the_first_time() -> None:
    perceive = Perceive(Reader(Unavailable("away")), Typist(), sees=True, tries=1, clock=SettableClock())

    turn = await perceive(a_turn(messages=(sent("voice"),)))

    assert turn.answer is not None
    assert turn.answer.text == wording.NOT_OPENED.format(kind="语音")


@pytest.mark.parametrize("hears", [Unavailable("away"), Refused("no such format"), "", " \n"])
async def test_a_voice_that_nobody_could_write_down_gets_the_courteous_line(hears: str | KefuError) -> None:
    _, answer = await run(sent("voice"), typist=Typist(hears), attempts=1)

    assert answer.text == wording.NOT_OPENED.format(kind="语音")


async def test_beside_a_broken_picture_the_words_are_answered() -> None:
    _, answer = await run(sent("image", "怎么退货"), reader=Reader(Refused("gone")))

    assert answer.text.startswith("七天内可以退货。")
    assert answer.text.endswith(wording.UNSEEN.format(kind="图片"))


async def test_a_slow_platform_has_half_of_the_turns_time_at_most() -> None:
    reader = Reader(delay=60)

    _, answer = await run(sent("image"), reader=reader, attempts=1, deadline=1_700_000_000.2)

    assert answer.text == wording.NOT_OPENED.format(kind="图片")


async def test_a_turn_of_words_costs_nothing_more() -> None:
    turn = a_turn()
    reader = Reader()

    assert await Perceive(reader, Typist(), sees=True, tries=5, clock=SettableClock())(turn) is turn
    assert reader.asked == []


def test_pictures_leave_room_for_the_knowledge() -> None:
    model = some_settings(model={"context_tokens": 4096, "max_tokens": 512}).model
    images = tuple(Image(bytes([number]), "image/jpeg") for number in range(3))
    turn = a_turn(images=images, passages=(a_passage(),))

    built = prompt.build(turn, a_tenant(), model)

    assert built.images == images[-1:], "the newest"
    assert "七天内可以退货。" in built.knowledge
    large = model.model_copy(update={"context_tokens": 4096 + 8 * budget.IMAGE})
    assert prompt.build(turn, a_tenant(), large).images == images
