"""At which doors something can be said before the answer, at no cost to the answer."""

from __future__ import annotations

import time
from typing import Any

import pytest

from adapters.dingtalk import DingTalkChannel
from adapters.outbound import Outbound
from adapters.webchat.channel import WebChatChannel
from adapters.wecom import WeComChannel
from adapters.wecom_bot import WeComBotChannel
from adapters.wecom_kf.channel import WeComKfChannel
from bot.channel import Interim
from tests.builders import a_tenant
from tests.fakes import FreeRates
from tests.unit.adapters.conftest import MemoryMarks, MemoryTokens, dingtalk_settings
from tests.unit.adapters.test_wecom_kf_channel import kf_settings


def robot(outbound: Outbound, **changes: Any) -> DingTalkChannel:
    return DingTalkChannel(
        dingtalk_settings(**changes),
        tokens=MemoryTokens(),
        marks=MemoryMarks(),
        rates=FreeRates(),
        outbound=outbound,
        clock=time.time,
    )


@pytest.mark.parametrize("door", [WeComChannel, WeComKfChannel, WebChatChannel, DingTalkChannel])
def test_where_each_reply_is_a_message_of_its_own_there_can_be_one_before(door: type) -> None:
    assert hasattr(door, "takes_interim")


def test_where_the_reply_is_fetched_a_word_would_be_the_reply() -> None:
    assert not hasattr(WeComBotChannel, "takes_interim")


async def test_a_robot_with_cards_says_nothing_before_as_it_would_be_a_card(outbound: Outbound) -> None:
    kf = WeComKfChannel(
        kf_settings("https://qyapi.weixin.qq.com"),
        a_tenant(),
        tokens=MemoryTokens(),
        outbound=outbound,
        clock=time.time,
    )
    doors = [kf, robot(outbound), robot(outbound, card_template_id="t.schema")]

    assert [isinstance(door, Interim) and door.takes_interim for door in doors] == [True, True, False]
