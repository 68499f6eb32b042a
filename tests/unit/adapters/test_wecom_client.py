"""Each of WeCom's error codes becomes the right error, and no error tells a secret."""

from __future__ import annotations

import asyncio
import time

import pytest

from adapters.access import CredentialsRefused, TokenRefused
from adapters.outbound import Outbound, Unclear
from adapters.wecom.client import WeComClient
from adapters.wecom.errors import ERRORS
from bot.errors import Refused, Unavailable
from tests.simulators.platform import Trouble
from tests.simulators.wecom import SEND_PATH, TOKEN_PATH, WeComSimulator
from tests.unit.adapters.conftest import MemoryTokens, wecom_settings


@pytest.fixture
def client(wecom: WeComSimulator, tokens: MemoryTokens, outbound: Outbound) -> WeComClient:
    return WeComClient(wecom_settings(wecom.base_url), tokens=tokens, outbound=outbound, clock=time.time)


@pytest.mark.parametrize("code", ERRORS)
async def test_each_code_becomes_its_error(client: WeComClient, wecom: WeComSimulator, code: int) -> None:
    wecom.trouble(SEND_PATH, Trouble(body={"errcode": code, "errmsg": "x, hint: [1]"}), times=2)

    with pytest.raises((Unavailable, Refused)) as caught:
        await client.send_text("u1", "你好")

    row = ERRORS[code]
    assert type(caught.value) is row.error
    assert str(caught.value) == f"WeCom {code}: {row.meaning}"
    assert getattr(caught.value, "retry_after", None) == row.retry_after


LATER = [-1, 40001, 40013, 40014, 40056, 40091, 40201, 41001, 41002, 41004, 42001, 45009, 45033, 48002]
LATER += [60011, 60020, 301002]
FINAL = [40007, 40008, 40033, 40058, 44004, 45002, 47001, 81013]


@pytest.mark.parametrize("code", [*LATER, *FINAL])
def test_each_code_of_the_fact_sheet_has_its_row(code: int) -> None:
    assert issubclass(ERRORS[code].error, Unavailable if code in LATER else Refused)


@pytest.mark.parametrize("code", [12345, "86008", "93000", "830002", "nonsense", 10**30, None])
async def test_an_unknown_code_is_final(client: WeComClient, wecom: WeComSimulator, code: object) -> None:
    wecom.trouble(SEND_PATH, Trouble(body={"errcode": code}))

    with pytest.raises(Refused):
        await client.send_text("u1", "你好")


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
async def test_a_broken_server_is_tried_again(
    client: WeComClient, wecom: WeComSimulator, status: int
) -> None:
    wecom.trouble(SEND_PATH, Trouble(status=status, body={}))
    wecom.trouble(SEND_PATH, Trouble(status=status, body="<html>bad gateway</html>"))

    for _ in range(2):
        with pytest.raises(Unavailable):
            await client.send_text("u1", "你好")


async def test_a_token_revoked_midway_is_fetched_once_for_all(
    client: WeComClient, wecom: WeComSimulator, tokens: MemoryTokens
) -> None:
    await client.send_text("u1", "一")
    wecom.revoke_token()

    await asyncio.gather(*(client.send_text("u1", str(number)) for number in range(8)))

    assert len(wecom.replies_to("u1")) == 9
    assert tokens.fetched == 2


async def test_an_expired_token_is_fetched_anew(client: WeComClient, wecom: WeComSimulator) -> None:
    await client.send_text("u1", "一")
    wecom.skip(7201)

    await client.send_text("u1", "二")

    assert wecom.replies_to("u1") == ["一", "二"]


@pytest.mark.parametrize(("key", "value"), [("secret", "wrong-secret"), ("corp_id", "wwother")])
async def test_wrong_credentials_wait_for_the_operator_without_hammering(
    wecom: WeComSimulator, tokens: MemoryTokens, outbound: Outbound, key: str, value: str
) -> None:
    settings = wecom_settings(wecom.base_url, **{key: value})
    client = WeComClient(settings, tokens=tokens, outbound=outbound, clock=time.time)

    for _ in range(5):
        with pytest.raises(CredentialsRefused) as caught:
            await client.send_text("u1", "你好")
        assert value not in str(caught.value)

    assert len(wecom.record.calls_to(TOKEN_PATH)) == 1


async def test_the_key_of_a_token_does_not_hold_the_secret(client: WeComClient, tokens: MemoryTokens) -> None:
    await client.send_text("u1", "你好")

    secret = wecom_settings().secret.get_secret_value()
    assert not any(secret[:8] in key for key in tokens.kept)


async def test_a_user_outside_the_app_is_refused(client: WeComClient, wecom: WeComSimulator) -> None:
    wecom.outsiders.add("ghost")

    with pytest.raises(Refused, match="81013"):
        await client.send_text("ghost", "你好")


@pytest.mark.parametrize("field", ["invaliduser", "unlicenseduser"])
async def test_errcode_0_with_the_user_on_a_list_is_refused(
    client: WeComClient, wecom: WeComSimulator, field: str
) -> None:
    wecom.trouble(SEND_PATH, Trouble(body={"errcode": 0, "errmsg": "ok", field: "u1", "msgid": "m"}))

    with pytest.raises(Refused):
        await client.send_text("u1", "你好")


async def test_the_probe_sees_a_wrong_app_and_an_untrusted_address(
    client: WeComClient, wecom: WeComSimulator, tokens: MemoryTokens, outbound: Outbound
) -> None:
    await client.probe()
    settings = wecom_settings(wecom.base_url, agent_id=7)
    other = WeComClient(settings, tokens=tokens, outbound=outbound, clock=time.time)
    with pytest.raises(Unavailable, match="301002"):
        await other.probe()

    wecom.trusts_caller = False
    with pytest.raises(Unavailable, match="60020"):
        await client.probe()


async def test_the_probe_forgives_a_stand_in_that_knows_no_agents(
    client: WeComClient, wecom: WeComSimulator
) -> None:
    wecom.trouble("/cgi-bin/agent/get", Trouble(status=404, body="404: Not Found"))
    await client.probe()

    wecom.trouble("/cgi-bin/agent/get", Trouble(status=502, body="bad gateway"))
    with pytest.raises(Unclear):
        await client.probe()


@pytest.mark.parametrize(
    "answer", [{}, {"errcode": 0, "access_token": "t"}, {"access_token": "t", "expires_in": "x"}]
)
async def test_an_answer_without_a_token_is_no_token(
    client: WeComClient, wecom: WeComSimulator, answer: dict[str, object]
) -> None:
    wecom.trouble(TOKEN_PATH, Trouble(body=answer))

    with pytest.raises(Unavailable, match="no token"):
        await client.send_text("u1", "你好")


async def test_a_platform_that_takes_no_token_of_its_own_is_unavailable(
    client: WeComClient, wecom: WeComSimulator
) -> None:
    wecom.trouble(SEND_PATH, Trouble(body={"errcode": 42001}), times=9)

    with pytest.raises(TokenRefused):
        await client.send_text("u1", "你好")

    assert len(wecom.record.calls_to(SEND_PATH)) == 2
