"""Each of DingTalk's error codes becomes the right error; messages stay within its sizes."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.access import CredentialsRefused
from adapters.dingtalk.client import DingTalkClient, SessionGone
from adapters.dingtalk.dialect import MAX_PART_BYTES, openapi_message, session_message
from adapters.dingtalk.errors import OPENAPI_ERRORS, WEBHOOK_ERRORS
from adapters.outbound import Outbound, Unclear
from adapters.plain import printable
from bot.errors import Refused, Unavailable
from tests.simulators.dingtalk import (
    GROUP_PATH,
    MAX_PARAM_BYTES,
    MAX_SESSION_BYTES,
    SESSION_PATH,
    TOKEN_PATH,
    USER_PATH,
    DingTalkSimulator,
)
from tests.simulators.platform import Trouble
from tests.unit.adapters.conftest import FUZZ, MemoryTokens, dingtalk_settings

DENIED = ("AccessTokenPermissionDenied", "IpNotInWhiteList", "ApiCountLimitForOrg")


@pytest.fixture
def client(dingtalk: DingTalkSimulator, tokens: MemoryTokens, outbound: Outbound) -> DingTalkClient:
    settings = dingtalk_settings(dingtalk.base_url)
    return DingTalkClient(settings, tokens=tokens, outbound=outbound, clock=time.time)


@pytest.mark.parametrize("code", OPENAPI_ERRORS)
async def test_each_code_of_the_openapi_becomes_its_error(
    client: DingTalkClient, dingtalk: DingTalkSimulator, code: str
) -> None:
    is_denied = code.startswith("Q") or code in DENIED
    status, full = (403, f"Forbidden.AccessDenied.{code}") if is_denied else (400, code)
    dingtalk.trouble(USER_PATH, Trouble(status=status, body={"code": full, "message": "x"}), times=2)

    with pytest.raises((Unavailable, Refused)) as caught:
        await client.send_to_user("u1", "你好")

    row = OPENAPI_ERRORS[code]
    assert type(caught.value) is row.error
    assert str(caught.value) == f"DingTalk HTTP {status} {full}: {row.meaning}"
    assert getattr(caught.value, "retry_after", None) == row.retry_after


@pytest.mark.parametrize("code", WEBHOOK_ERRORS)
async def test_each_code_of_the_webhook_becomes_its_error(
    client: DingTalkClient, dingtalk: DingTalkSimulator, code: int
) -> None:
    dingtalk.trouble(SESSION_PATH, Trouble(body={"errcode": code, "errmsg": "x"}))

    with pytest.raises((Unavailable, Refused)) as caught:
        await client.send_to_session(f"{dingtalk.base_url}{SESSION_PATH}?session=s", "你好")

    row = WEBHOOK_ERRORS[code]
    assert type(caught.value) is row.error
    assert getattr(caught.value, "retry_after", None) == row.retry_after


@pytest.mark.parametrize(
    "code",
    [
        300001,
        90030,
        310000,
        300005,
        400101,
        400105,
        40014,
        88,
        15,
        60011,
        90020,
        77,
        "session.expired",
        10**30,
    ],
)
async def test_any_other_code_of_the_webhook_shuts_this_door_only(
    client: DingTalkClient, dingtalk: DingTalkSimulator, code: object
) -> None:
    dingtalk.trouble(SESSION_PATH, Trouble(body={"errcode": code, "errmsg": "x"}))

    with pytest.raises(SessionGone):
        await client.send_to_session(f"{dingtalk.base_url}{SESSION_PATH}?session=s", "你好")


async def test_a_zero_may_be_a_text(client: DingTalkClient, dingtalk: DingTalkSimulator) -> None:
    dingtalk.trouble(SESSION_PATH, Trouble(body={"errcode": "0", "errmsg": "ok"}))

    await client.send_to_session(f"{dingtalk.base_url}{SESSION_PATH}?session=s", "你好")


@pytest.mark.parametrize("path", [USER_PATH, SESSION_PATH])
@pytest.mark.parametrize(
    ("trouble", "after"),
    [
        (Trouble(status=500, body={"code": "system.error"}), 1),
        (Trouble(status=503, body={}), 1),
        (Trouble(status=504, body={"code": "ServiceTimeout"}), 1),
        (Trouble(body={"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "u"}), 300),
        (Trouble(status=403, body="<html>banned</html>"), None),
    ],
)
async def test_a_fault_or_a_ban_is_tried_again(
    client: DingTalkClient, dingtalk: DingTalkSimulator, path: str, trouble: Trouble, after: float | None
) -> None:
    dingtalk.trouble(path, trouble)

    webhook = f"{dingtalk.base_url}{SESSION_PATH}?session=s"
    call = client.send_to_user("u1", "你好") if path == USER_PATH else client.send_to_session(webhook, "你好")
    with pytest.raises(Unavailable) as caught:
        await call

    assert caught.value.retry_after == after
    assert isinstance(caught.value, Unclear) == isinstance(trouble.body, str)


async def test_an_unknown_code_is_final(client: DingTalkClient, dingtalk: DingTalkSimulator) -> None:
    dingtalk.trouble(GROUP_PATH, Trouble(status=400, body={"code": "brand.new\n<secret>"}))

    with pytest.raises(Refused, match="without a code"):
        await client.send_to_group("cid-group==", "你好")


async def test_a_token_ended_midway_is_fetched_once_for_all(
    client: DingTalkClient, dingtalk: DingTalkSimulator, tokens: MemoryTokens
) -> None:
    await client.send_to_user("u1", "一")
    dingtalk.expire_token()

    await asyncio.gather(*(client.send_to_user("u1", str(number)) for number in range(8)))

    assert len(dingtalk.replies_to("u1")) == 9
    assert tokens.fetched == 2


async def test_too_many_a_second_is_tried_later(client: DingTalkClient, dingtalk: DingTalkSimulator) -> None:
    dingtalk.qps = 1
    await client.send_to_user("u1", "一")

    with pytest.raises(Unavailable, match="QpsLimitForAppkeyAndApi") as caught:
        await client.send_to_user("u1", "二")

    assert caught.value.retry_after == 1


async def test_lists_in_a_good_answer_are_read(client: DingTalkClient, dingtalk: DingTalkSimulator) -> None:
    dingtalk.outsiders.add("ghost")
    dingtalk.throttled.add("chatty")

    with pytest.raises(Refused):
        await client.send_to_user("ghost", "你好")
    with pytest.raises(Unavailable):
        await client.send_to_user("chatty", "你好")


async def test_wrong_credentials_wait_for_the_operator_without_hammering(
    dingtalk: DingTalkSimulator, tokens: MemoryTokens, outbound: Outbound
) -> None:
    settings = dingtalk_settings(dingtalk.base_url, client_secret="wrong-secret")
    client = DingTalkClient(settings, tokens=tokens, outbound=outbound, clock=time.time)

    for _ in range(3):
        with pytest.raises(CredentialsRefused) as caught:
            await client.probe()
        assert "wrong-secret" not in str(caught.value)

    assert len(dingtalk.record.calls_to(TOKEN_PATH)) == 1


async def test_an_answer_without_a_token_is_no_token(
    client: DingTalkClient, dingtalk: DingTalkSimulator
) -> None:
    dingtalk.trouble(TOKEN_PATH, Trouble(body={"accessToken": "t", "expireIn": None}))

    with pytest.raises(Unavailable, match="no token"):
        await client.probe()


@pytest.mark.parametrize(
    "text", ["# 标题\n正文", "**重点**", "[官网](https://shop.example)", "> 引用", "```\nx\n```"]
)
def test_markup_is_sent_as_markdown(text: str) -> None:
    assert session_message(text)["msgtype"] == "markdown"
    assert openapi_message(text)["msgKey"] == "sampleMarkdown"


@pytest.mark.parametrize("text", ["好的", "1. 甲\n2. 乙", "- 甲\n- 乙", "3*4*5", "#1 楼"])
def test_plain_words_are_sent_as_text(text: str) -> None:
    assert session_message(text) == {"msgtype": "text", "text": {"content": text}}
    assert openapi_message(text) == {
        "msgKey": "sampleText",
        "msgParam": json.dumps({"content": text}, ensure_ascii=False, separators=(",", ":")),
    }


def test_a_line_end_shows_in_markdown() -> None:
    assert session_message("**甲**\n乙\n\n丙")["markdown"] == {"title": "甲", "text": "**甲**  \n乙\n\n丙"}


ESCAPED = st.lists(st.sampled_from(['"', "\n", "\\", "a\n", '"\n', "**b**", "好"]), min_size=1)


@FUZZ
@given(ESCAPED)
def test_no_part_outgrows_a_limit_however_it_is_escaped(pieces: list[str]) -> None:
    worst = printable("".join(pieces) * (MAX_PART_BYTES // len("".join(pieces).encode())))
    session = json.dumps(session_message(worst, mention="m" * 64), ensure_ascii=False)

    assert len(session.encode()) <= MAX_SESSION_BYTES
    assert len(openapi_message(worst)["msgParam"].encode()) <= MAX_PARAM_BYTES
