"""Customers send pictures and voice messages: good ones, and every bad one. None of them waits in vain."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator

import aiohttp
import pytest
from PIL import Image

from bot import wording
from tests.house import RETURNS, House
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.engine import Engine
from tests.simulators.media import AMR
from tests.simulators.platform import Trouble
from tests.simulators.wecom import MEDIA_PATH, WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator
from tests.unit.adapters.pictures import a_bomb, a_picture

pytestmark = pytest.mark.processes

MOST = 100_000
NO_VOICE = wording.NOT_OPENED.format(kind="语音")
NO_PICTURE = wording.NOT_OPENED.format(kind="图片")


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    async with Engine() as running:
        yield running


def listens(house: House, engine: Engine) -> None:
    house.environment |= {
        "KEFU_TRANSCRIPTION__BASE_URL": engine.base_url,
        "KEFU_TRANSCRIPTION__MODEL": "whisper",
        "KEFU_MEDIA__MAX_BYTES": str(MOST),
    }


def sees(house: House, engine: Engine) -> None:
    house.environment |= {
        "KEFU_MODEL__BASE_URL": engine.base_url,
        "KEFU_MODEL__MODEL": "qwen",
        "KEFU_MODEL__SEES": "true",
        "KEFU_MEDIA__MAX_BYTES": str(MOST),
    }


async def speak(house: House, wecom: WeComSimulator, user: str, media_id: str) -> None:
    fields = {"MsgType": "voice", "MediaId": media_id, "Format": "amr"}
    assert (await wecom.post(house.callback("wecom"), fields, user=user)).accepted


async def show(house: House, wecom: WeComSimulator, user: str, data: bytes) -> None:
    fields = {"MsgType": "image", "PicUrl": "http://127.0.0.1:9/", "MediaId": wecom.files.put(data)}
    assert (await wecom.post(house.callback("wecom"), fields, user=user)).accepted


def kept(house: House) -> list[str]:
    """The endings of the files of media."""
    return sorted(path.suffix for path in house.folder.glob("data/media/shop/*/*"))


async def upload(house: House, data: bytes) -> None:
    """A visitor of the shop's page sends a picture."""
    async with aiohttp.ClientSession() as browser:
        async with browser.post(f"{house.url}/webchat/web/sessions") as response:
            headers = {"Authorization": f"Bearer {(await response.json())['token']}"}
        async with browser.post(f"{house.url}/webchat/web/media", data=data, headers=headers) as response:
            media = (await response.json())["media"]
        message = {"id": "p1", "media": media}
        async with browser.post(
            f"{house.url}/webchat/web/messages", json=message, headers=headers
        ) as response:
            assert response.status == 202


async def test_a_voice_message_is_answered_by_its_words_and_each_bad_one_with_a_courteous_line(
    house: House, engine: Engine, wecom: WeComSimulator, dingtalk: DingTalkSimulator
) -> None:
    listens(house, engine)
    house.counted = True
    await house.start("valkey", "worker", "gateway")
    ding = house.callback("ding")

    # Good ones, by each door's own way; DingTalk wrote the last one down itself.
    await speak(house, wecom, "good", wecom.files.put(AMR))
    code = dingtalk.files.put(AMR)
    for user, recognition in (("staff1", ""), ("staff2", "多久发货")):
        content = {"downloadCode": code, "duration": 3000, "recognition": recognition}
        await dingtalk.post(ding, dingtalk.message(user=user, msgtype="audio", content=content))
    assert RETURNS in (await wecom.wait_for_replies("good", timeout=40))[0]
    assert RETURNS in (await dingtalk.wait_for_replies("staff1", timeout=40))[0]
    assert "48小时" in (await dingtalk.wait_for_replies("staff2", timeout=40))[0]
    assert [heard.data for heard in engine.heard] == [AMR, AMR]
    assert kept(house) == [".amr", ".of", ".of"]

    # Bad ones, one after the other, as the orders for trouble are per path.
    wecom.trouble(MEDIA_PATH, Trouble(body={"errcode": 45009, "errmsg": "x"}), times=2)
    await speak(house, wecom, "throttled", wecom.files.put(AMR))
    assert await wecom.wait_for_replies("throttled", timeout=40) == [NO_VOICE]
    assert len(wecom.files.served) == 1, "asked twice, and nothing came"

    await speak(house, wecom, "gone", "no-such-media")
    await speak(house, wecom, "large", wecom.files.put(AMR + b"x" * MOST))
    await speak(house, wecom, "wrong", wecom.files.put(b"<html>no voice</html>"))
    await speak(house, wecom, "moved", wecom.files.put(b"", moved_to="http://169.254.169.254/latest/"))
    for number, url in enumerate(("http://127.0.0.1:6379/", "file:///etc/passwd", "http://2130706433/")):
        dingtalk.elsewhere[f"d{number}"] = url
        body = dingtalk.message(user=f"bad{number}", msgtype="audio", content={"downloadCode": f"d{number}"})
        await dingtalk.post(ding, body)
    for user in ("gone", "large", "wrong", "moved"):
        assert await wecom.wait_for_replies(user, timeout=40) == [NO_VOICE], user
    for number in range(3):
        assert await dingtalk.wait_for_replies(f"bad{number}", timeout=40) == [NO_VOICE]

    engine.status = 400
    await speak(house, wecom, "not-understood", wecom.files.put(AMR + b"1"))
    assert await wecom.wait_for_replies("not-understood", timeout=40) == [NO_VOICE]

    # In FAQ mode nobody looks at pictures.
    await show(house, wecom, "picture", a_picture())
    assert await wecom.wait_for_replies("picture", timeout=40) == [wording.ONLY_TEXT.format(kind="图片")]
    assert ".jpg" not in kept(house)


async def test_a_picture_goes_to_a_model_that_sees_and_each_bad_one_gets_a_courteous_line(
    house: House,
    engine: Engine,
    wecom: WeComSimulator,
    dingtalk: DingTalkSimulator,
    bot: WeComBotSimulator,
) -> None:
    sees(house, engine)
    engine.content = "这件是红色的，请问您想了解什么？"
    await house.start("valkey", "worker", "gateway")

    await show(house, wecom, "good", a_picture(3000, 1500))
    assert await wecom.wait_for_replies("good", timeout=40) == [engine.content]
    (url,) = engine.pictures()
    picture = Image.open(io.BytesIO(base64.b64decode(url.removeprefix("data:image/jpeg;base64,"))))
    assert (picture.format, picture.size, engine.question()) == ("JPEG", (1024, 512), "（图片）")

    segments = [
        {"text": "这件能退吗"},
        {"type": "picture", "downloadCode": dingtalk.files.put(a_picture(colour="blue"))},
    ]
    body = dingtalk.message(user="staff1", msgtype="richText", content={"richText": segments})
    await dingtalk.post(house.callback("ding"), body)
    assert await dingtalk.wait_for_replies("staff1", timeout=40) == [engine.content]
    assert (len(engine.pictures()), engine.question()) == (1, "这件能退吗")

    fields = {"msgtype": "image", "image": {"url": bot.keep(a_picture(colour="green"))}}
    await bot.post(house.callback("bot"), fields, user="member")
    assert await bot.wait_for_replies("member", timeout=40) == [engine.content]
    assert len(engine.pictures()) == 1

    asked = len(engine.asked)
    await upload(house, a_picture(colour="white"))
    async with asyncio.timeout(40):
        while len(engine.asked) == asked:
            await asyncio.sleep(0.05)
    assert len(engine.pictures()) == 1

    for user, data in (("bomb", a_bomb()), ("no-picture", b"<svg/>"), ("cut", a_picture()[:60])):
        await show(house, wecom, user, data)
        assert await wecom.wait_for_replies(user, timeout=40) == [NO_PICTURE], user
    evil = {"msgtype": "image", "image": {"url": f"{dingtalk.base_url}/files/x"}}
    await bot.post(house.callback("bot"), evil, user="stranger")
    assert await bot.wait_for_replies("stranger", timeout=40) == [NO_PICTURE]
    assert dingtalk.files.served == [segments[1]["downloadCode"]], "nobody was led to another's door"

    await speak(house, wecom, "voice", wecom.files.put(AMR))
    assert await wecom.wait_for_replies("voice", timeout=40) == [wording.ONLY_TEXT.format(kind="语音")]
    assert [ending for ending in kept(house) if ending != ".of"] == [".jpg"] * 4
    assert "Traceback" not in house.log("worker")
