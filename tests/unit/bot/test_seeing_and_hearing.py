"""What the models' servers are given besides words."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest

from bot.channel import Blob
from bot.errors import KefuError, Refused, Unavailable
from bot.model.openai_chat import OpenAIModel
from bot.model.openai_transcriber import OpenAITranscriber
from bot.ports import Prompt
from bot.settings import ModelSettings, TranscriptionSettings
from bot.types import Image
from tests.simulators.engine import Engine, Spoken

VOICE = Blob(b"#!AMR\nabc", "audio/amr")


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    async with Engine() as running:
        yield running


@pytest.fixture
async def typist(engine: Engine) -> AsyncIterator[OpenAITranscriber]:
    settings = TranscriptionSettings(base_url=engine.base_url, model="whisper", timeout_s=1)
    made = OpenAITranscriber(settings)
    yield made
    await made.close()


async def test_a_voice_message_goes_out_under_a_name_that_tells_its_format(
    engine: Engine, typist: OpenAITranscriber
) -> None:
    assert await typist.transcribe(VOICE) == "怎么退货"
    await typist.transcribe(Blob(b"?", "audio/never-heard-of"))

    assert engine.heard == [
        Spoken("voice.amr", "audio/amr", VOICE.data, "whisper"),
        Spoken("voice", "audio/never-heard-of", b"?", "whisper"),
    ]


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, Unavailable), (429, Unavailable), (400, Refused), (415, Refused), (401, Refused)],
)
async def test_each_fault_says_whether_another_try_helps(
    engine: Engine, typist: OpenAITranscriber, status: int, error: type[KefuError]
) -> None:
    engine.status = status

    with pytest.raises(error, match=f"transcription server answered HTTP {status}"):
        await typist.transcribe(VOICE)
    assert len(engine.heard) == 1, "the turn decides about another try"


@pytest.mark.parametrize("page", ["<html>502</html>", '{"words": "x"}', '{"text": null}', "[1]", "{"])
async def test_something_else_than_words_is_unavailable(
    engine: Engine, typist: OpenAITranscriber, page: str
) -> None:
    engine.page = page

    with pytest.raises(Unavailable):
        await typist.transcribe(VOICE)


async def test_one_that_fails_again_and_again_is_left_alone(
    engine: Engine, typist: OpenAITranscriber
) -> None:
    engine.status = 500
    for _ in range(8):
        with pytest.raises(Unavailable):
            await typist.transcribe(VOICE)

    assert len(engine.heard) == 5


async def test_a_slow_server_is_not_waited_for(engine: Engine, typist: OpenAITranscriber) -> None:
    engine.delay = 5

    with pytest.raises(Unavailable, match="in time"):
        await typist.transcribe(VOICE)


async def test_ping_tells_a_server_that_could_not_listen(engine: Engine, typist: OpenAITranscriber) -> None:
    await typist.ping()
    engine.status = 404
    await typist.ping()  # not every server lists its models
    engine.status = 401
    with pytest.raises(Refused, match="key"):
        await typist.ping()
    engine.status = 503
    with pytest.raises(Unavailable, match="503"):
        await typist.ping()
    gone = OpenAITranscriber(TranscriptionSettings(base_url="http://127.0.0.1:9/v1"))
    with pytest.raises(Unavailable, match="can't be reached"):
        await gone.ping()
    await gone.close()


async def test_pictures_go_out_as_data_before_the_question(engine: Engine) -> None:
    model = OpenAIModel(ModelSettings(base_url=engine.base_url, model="demo"))
    picture = Image(b"\xff\xd8\xff", "image/jpeg")

    await model.complete(Prompt("你是客服", (), "这件能退吗", (picture, picture)), timeout=5)
    await model.close()

    assert engine.pictures() == [f"data:image/jpeg;base64,{base64.b64encode(picture.data).decode()}"] * 2
    assert engine.question() == "这件能退吗"
