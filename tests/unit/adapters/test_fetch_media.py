"""Each door names what came with a message, and brings it; or says why not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.dingtalk import DingTalkChannel, payload
from adapters.dingtalk.stream.channel import DingTalkStreamChannel
from adapters.outbound import Outbound
from adapters.wecom import WeComChannel
from adapters.wecom_bot import WeComBotChannel
from adapters.wecom_kf import WeComKfChannel
from bot.channel import Carrier, Wake
from bot.errors import KefuError, Refused, Unavailable
from bot.types import Media, Message
from tests.builders import a_tenant
from tests.fakes import FreeRates
from tests.simulators.dingtalk import DOWNLOAD_PATH, DingTalkSimulator
from tests.simulators.media import AMR
from tests.simulators.platform import Trouble
from tests.simulators.wecom import MEDIA_PATH, WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator
from tests.simulators.wecom_kf import WeComKfSimulator
from tests.unit.adapters.conftest import MemoryMarks, MemoryTokens, Opens, dingtalk_settings, stream_settings
from tests.unit.adapters.pictures import a_picture
from tests.unit.adapters.test_wecom_kf_channel import HERE, kf_settings

MOST = 100_000


async def received(open_door: Opens, channel: Any, post: Any) -> Message:
    door = await open_door(channel)
    await post(door.url)
    return door.messages[0]


# A WeCom app, and 微信客服, which fetch alike.


async def test_a_picture_to_a_wecom_app_is_brought(
    open_door: Opens, wecom: WeComSimulator, wecom_channel: WeComChannel
) -> None:
    fields = {"MsgType": "image", "PicUrl": "http://p/1", "MediaId": wecom.files.put(a_picture())}
    message = await received(open_door, wecom_channel, lambda url: wecom.post(url, fields, user="u1"))

    assert isinstance(wecom_channel, Carrier)
    assert [media.kind for media in message.media] == ["image"]
    assert (await wecom_channel.fetch_media(message.media[0], most=MOST)).data == a_picture()


@pytest.mark.parametrize("kind", ["voice", "video"])
async def test_a_voice_message_to_a_wecom_app_is_brought(
    open_door: Opens, wecom: WeComSimulator, wecom_channel: WeComChannel, kind: str
) -> None:
    fields = {"MsgType": kind, "MediaId": wecom.files.put(AMR), "Format": "amr"}
    message = await received(open_door, wecom_channel, lambda url: wecom.post(url, fields, user="u1"))

    assert message.media[0].kind == kind
    assert (await wecom_channel.fetch_media(message.media[0], most=MOST)).data == AMR


async def test_a_token_revoked_before_a_fetch_is_replaced_once(
    wecom: WeComSimulator, wecom_channel: WeComChannel, tokens: MemoryTokens
) -> None:
    media = Media("voice", {"media_id": wecom.files.put(AMR)})
    await wecom_channel.fetch_media(media, most=MOST)
    wecom.revoke_token()

    assert (await wecom_channel.fetch_media(media, most=MOST)).data == AMR
    assert tokens.fetched == 2


WRONG: list[tuple[Trouble, type[KefuError], str]] = [
    (Trouble(body={"errcode": 40007, "errmsg": "invalid media_id"}), Refused, "40007"),
    (Trouble(body={"errcode": 830002, "errmsg": "x"}), Refused, "830002"),
    (Trouble(body={"errcode": 45009, "errmsg": "x"}), Unavailable, "45009"),
    (Trouble(body={"errcode": -1, "errmsg": "x"}), Unavailable, "-1"),
    (Trouble(body={"errcode": 60020, "errmsg": "x"}), Unavailable, "60020"),
    (Trouble(body="<html>bad gateway</html>", status=502), Unavailable, "502"),
]


@pytest.mark.parametrize(("trouble", "error", "says"), WRONG, ids=lambda value: str(value)[:60])
async def test_an_error_in_place_of_the_media_is_understood(
    wecom: WeComSimulator,
    wecom_channel: WeComChannel,
    trouble: Trouble,
    error: type[KefuError],
    says: str,
) -> None:
    wecom.trouble(MEDIA_PATH, trouble)

    with pytest.raises(error, match=says):
        await wecom_channel.fetch_media(Media("image", {"media_id": "m1"}), most=MOST)


async def test_a_file_that_begins_like_an_error_and_is_none_is_brought(
    wecom: WeComSimulator, wecom_channel: WeComChannel
) -> None:
    nested = b'{"":' * 1000
    media_id = wecom.files.put(nested)

    assert (await wecom_channel.fetch_media(Media("file", {"media_id": media_id}), most=MOST)).data == nested


async def test_what_wecom_does_not_have_any_more_is_refused(wecom_channel: WeComChannel) -> None:
    with pytest.raises(Refused, match="40007"):
        await wecom_channel.fetch_media(Media("image", {"media_id": "gone"}), most=MOST)


@pytest.mark.parametrize("chunked", [False, True])
async def test_what_is_too_large_is_refused(
    wecom: WeComSimulator, wecom_channel: WeComChannel, chunked: bool
) -> None:
    media_id = wecom.files.put(b"x" * (MOST + 1), chunked=chunked)

    with pytest.raises(Refused, match="larger than"):
        await wecom_channel.fetch_media(Media("image", {"media_id": media_id}), most=MOST)


async def test_a_token_is_never_sent_elsewhere(wecom: WeComSimulator, wecom_channel: WeComChannel) -> None:
    async with WeComSimulator() as other:
        media_id = wecom.files.put(b"", moved_to=f"{other.base_url}{MEDIA_PATH}")

        with pytest.raises(Refused, match="not allowed"):
            await wecom_channel.fetch_media(Media("image", {"media_id": media_id}), most=MOST)

        assert other.record.calls == []


@pytest.fixture
async def kf() -> AsyncIterator[WeComKfSimulator]:
    async with WeComKfSimulator(retry_pause=0.01) as simulator:
        yield simulator


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file"])
async def test_what_a_kf_customer_sends_is_brought(
    kf: WeComKfSimulator, tokens: MemoryTokens, outbound: Outbound, open_door: Opens, kind: str
) -> None:
    channel = WeComKfChannel(
        kf_settings(kf.base_url), a_tenant(), tokens=tokens, outbound=outbound, clock=time.time
    )
    kf.put("u1", {"msgtype": kind, kind: {"media_id": kf.files.put(AMR)}})
    door = await open_door(channel)
    await kf.ring(door.url)
    (wake,) = door.wakes
    assert isinstance(wake, Wake)

    page = await channel.fetch(HERE, cursor="", token=wake.token)

    (message,) = page.received
    assert isinstance(message, Message)
    assert message.media[0].kind == kind
    assert (await channel.fetch_media(message.media[0], most=MOST)).data == AMR


# WeCom's bot names addresses, and what is there is sealed.


async def bot_message(
    open_door: Opens, bot: WeComBotSimulator, channel: WeComBotChannel, fields: dict[str, Any]
) -> Message:
    return await received(open_door, channel, lambda url: bot.post(url, fields, user="u1"))


async def test_a_picture_to_the_bot_is_brought_and_opened(
    open_door: Opens, wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel
) -> None:
    fields = {"msgtype": "image", "image": {"url": wecom_bot.keep(a_picture())}}
    message = await bot_message(open_door, wecom_bot, wecom_bot_channel, fields)

    assert (await wecom_bot_channel.fetch_media(message.media[0], most=MOST)).data == a_picture()


async def test_pictures_between_words_are_brought_in_order(
    open_door: Opens, wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel
) -> None:
    pictures = [a_picture(colour=colour) for colour in ("red", "blue")]
    items: list[dict[str, Any]] = [{"msgtype": "text", "text": {"content": "哪件好"}}]
    items += [{"msgtype": "image", "image": {"url": wecom_bot.keep(one)}} for one in pictures]
    fields = {"msgtype": "mixed", "mixed": {"msg_item": items}}
    message = await bot_message(open_door, wecom_bot, wecom_bot_channel, fields)

    brought = [await wecom_bot_channel.fetch_media(media, most=MOST) for media in message.media]

    assert message.text == "哪件好"
    assert [blob.data for blob in brought] == pictures


async def test_a_file_of_exactly_the_limit_is_not_too_large(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel
) -> None:
    url = wecom_bot.keep(b"x" * 64)

    assert (await wecom_bot_channel.fetch_media(Media("file", {"url": url}), most=64)).data == b"x" * 64


async def test_what_was_not_sealed_for_us_is_refused(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel
) -> None:
    url = wecom_bot.keep(a_picture())
    (id_,) = wecom_bot.files.kept
    for data in (a_picture(), b"x" * 64, b""):
        wecom_bot.files.kept[id_] = type(wecom_bot.files.kept[id_])(data)
        with pytest.raises(Refused, match="not sealed for us"):
            await wecom_bot_channel.fetch_media(Media("image", {"url": url}), most=MOST)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:6379/", "http://169.254.169.254/", "https://evil.example/x", "file:///etc/passwd", ""],
)
async def test_the_bot_calls_no_address_that_is_not_wecoms(
    wecom_bot_channel: WeComBotChannel, url: str
) -> None:
    with pytest.raises(Refused):
        await wecom_bot_channel.fetch_media(Media("image", {"url": url}), most=MOST)


async def test_after_five_minutes_it_is_gone(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel
) -> None:
    url = wecom_bot.keep(a_picture())
    wecom_bot.files.kept.clear()

    with pytest.raises(Refused, match="gone"):
        await wecom_bot_channel.fetch_media(Media("image", {"url": url}), most=MOST)


# DingTalk gives an address for a code.

BODIES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "picture": ({"downloadCode": "d"}, [("image", "d", "")]),
    "picture with the other code": ({"pictureDownloadCode": "p"}, [("image", "p", "")]),
    "audio": ({"downloadCode": "d", "duration": "4000", "recognition": ""}, [("voice", "d", "")]),
    "video": ({"downloadCode": "d", "videoType": "mp4"}, [("video", "d", "")]),
    "file": ({"downloadCode": "d", "fileName": "发票.pdf"}, [("file", "d", "发票.pdf")]),
    "file with a long name": ({"downloadCode": "d", "fileName": "n" * 999}, [("file", "d", "n" * 255)]),
    "richText": (
        {
            "richText": [
                {"text": "这件"},
                {"type": "picture", "downloadCode": "d1", "pictureDownloadCode": "p1"},
                "nonsense",
                {"type": "picture", "downloadCode": "d2"},
            ]
        },
        [("image", "d1", ""), ("image", "d2", "")],
    ),
    "richText of nothing": ({"richText": None}, []),
    "picture without a code": ({}, []),
    "picture with too long a code": ({"downloadCode": "d" * 3000}, []),
}


@pytest.mark.parametrize("case", BODIES)
def test_what_came_along_is_named(case: str) -> None:
    content, named = BODIES[case]
    body = {"msgtype": case.split()[0], "msgId": "m1", "senderStaffId": "u1", "content": content}

    message = payload.parse(body, tenant="shop", channel="ding", now=1.0)

    assert isinstance(message, Message) or not named
    media = message.media if isinstance(message, Message) else ()
    assert [(one.kind, payload.download_code(one), one.name) for one in media] == named


async def test_a_picture_to_a_dingtalk_robot_is_brought(
    open_door: Opens, dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel
) -> None:
    content = {"downloadCode": dingtalk.files.put(a_picture())}
    body = dingtalk.message(user="staff1", msgtype="picture", content=content)
    message = await received(open_door, dingtalk_channel, lambda url: dingtalk.post(url, body))

    assert (await dingtalk_channel.fetch_media(message.media[0], most=MOST)).data == a_picture()
    dingtalk.expire_token()
    assert (await dingtalk_channel.fetch_media(message.media[0], most=MOST)).data == a_picture()


async def test_in_stream_mode_it_is_brought_the_same_way(
    dingtalk: DingTalkSimulator, tokens: MemoryTokens, outbound: Outbound
) -> None:
    settings = stream_settings(dingtalk.base_url)
    channel = DingTalkStreamChannel(
        settings, tokens=tokens, marks=MemoryMarks(), rates=FreeRates(), outbound=outbound, clock=time.time
    )
    media = Media("voice", {"code": dingtalk.files.put(AMR)})

    assert isinstance(channel, Carrier)
    assert (await channel.fetch_media(media, most=MOST)).data == AMR


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:6379/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/x.dingtalk.com",
        "http://down.dingtalk.com@10.0.0.1/",
        "file:///etc/passwd",
        "",
    ],
)
async def test_the_robot_calls_no_address_that_is_not_allowed(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, url: str
) -> None:
    dingtalk.elsewhere["d"] = url

    with pytest.raises(Refused):
        await dingtalk_channel.fetch_media(Media("image", {"code": "d"}), most=MOST)


async def test_the_list_of_hosts_is_the_operators(dingtalk: DingTalkSimulator, outbound: Outbound) -> None:
    settings = dingtalk_settings(dingtalk.base_url, media_hosts=["files.example.com"])
    channel = DingTalkChannel(
        settings,
        tokens=MemoryTokens(),
        marks=MemoryMarks(),
        rates=FreeRates(),
        outbound=outbound,
        clock=time.time,
    )
    dingtalk.elsewhere["d"] = "https://bucket.aliyuncs.com/x"

    with pytest.raises(Refused, match="media_hosts"):
        await channel.fetch_media(Media("image", {"code": "d"}), most=MOST)


@pytest.mark.parametrize(
    "host", ["*", "*.com", "127.0.0.1", "*.0.0.1", "localhost", "http://a.example", "[::1]"]
)
def test_the_list_of_hosts_names_no_address_and_not_everything(host: str) -> None:
    with pytest.raises(ValidationError):
        dingtalk_settings(media_hosts=[host])


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble(400, {"code": "invalidParameter.robotCode.downloadCode"}), Refused),
        (Trouble(403, {"code": "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}), Unavailable),
        (Trouble(503, "<html>"), Unavailable),
        (Trouble(200, {"downloadUrl": None}), Refused),
        (Trouble(200, {}), Refused),
    ],
)
async def test_no_address_for_a_code_is_understood(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, trouble: Trouble, error: type[KefuError]
) -> None:
    dingtalk.trouble(DOWNLOAD_PATH, trouble)

    with pytest.raises(error):
        await dingtalk_channel.fetch_media(Media("image", {"code": "d"}), most=MOST)


async def test_many_are_fetched_a_few_at_a_time(wecom: WeComSimulator, wecom_channel: WeComChannel) -> None:
    media = [Media("voice", {"media_id": wecom.files.put(AMR)}) for _ in range(40)]

    blobs = await asyncio.gather(*(wecom_channel.fetch_media(one, most=MOST) for one in media))

    assert {blob.data for blob in blobs} == {AMR}
