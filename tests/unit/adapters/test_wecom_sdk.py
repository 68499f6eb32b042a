"""wechatpy's client finds our simulator to be WeCom: what passes against the one should pass against the other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from wechatpy.enterprise import WeChatClient
from wechatpy.exceptions import WeChatClientException

from tests.simulators.platform import Trouble
from tests.simulators.wecom import SEND_PATH, TOKEN_PATH, WeComSimulator

WECOM = "https://qyapi.weixin.qq.com"


def a_client(wecom: WeComSimulator, *, secret: str = "") -> Any:
    """wechatpy as it is, but for where its requests go: it has WeCom's address for tokens in its code."""
    client = WeChatClient(wecom.app.corp_id, secret or wecom.app.secret, timeout=10)
    request = client._http.request
    client._http.trust_env = False  # no proxy between us
    client._http.request = lambda method, url, **rest: request(
        method, url.replace(WECOM, wecom.base_url), **rest
    )
    return client


async def test_wechatpy_fetches_a_token_and_sends(wecom: WeComSimulator) -> None:
    client = a_client(wecom)

    sent = await asyncio.to_thread(client.message.send_text, wecom.app.agent_id, "zhangsan", "您好，在的。")
    await asyncio.to_thread(client.message.send_markdown, wecom.app.agent_id, ["zhangsan"], "**七天**内可退")

    assert sent["errcode"] == 0
    assert wecom.replies_to("zhangsan") == ["您好，在的。", "**七天**内可退"]
    assert len(wecom.record.calls_to(TOKEN_PATH)) == 1


async def test_wechatpy_replaces_a_token_that_was_revoked(wecom: WeComSimulator) -> None:
    client = a_client(wecom)
    await asyncio.to_thread(client.message.send_text, wecom.app.agent_id, "zhangsan", "一")
    wecom.revoke_token()

    await asyncio.to_thread(client.message.send_text, wecom.app.agent_id, "zhangsan", "二")

    assert wecom.replies_to("zhangsan") == ["一", "二"]
    assert len(wecom.record.calls_to(TOKEN_PATH)) == 2


async def test_wechatpy_understands_a_refusal(wecom: WeComSimulator) -> None:
    wecom.trouble(SEND_PATH, Trouble(body={"errcode": 81013, "errmsg": "user & party & tag all invalid"}))

    with pytest.raises(WeChatClientException) as refused:
        await asyncio.to_thread(a_client(wecom).message.send_text, wecom.app.agent_id, "zhangsan", "您好")
    with pytest.raises(WeChatClientException) as unknown:
        await asyncio.to_thread(a_client(wecom, secret="wrong").fetch_access_token)

    assert (refused.value.errcode, unknown.value.errcode) == (81013, 40001)
