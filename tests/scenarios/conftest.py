"""Houses with simulated platforms next door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import House, a_house
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.model import ModelSimulator
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator


@pytest.fixture
async def wecom() -> AsyncIterator[WeComSimulator]:
    async with WeComSimulator() as simulator:
        yield simulator


@pytest.fixture
async def dingtalk() -> AsyncIterator[DingTalkSimulator]:
    async with DingTalkSimulator(qps=None) as simulator:
        yield simulator


@pytest.fixture
async def bot() -> AsyncIterator[WeComBotSimulator]:
    async with WeComBotSimulator() as simulator:
        yield simulator


@pytest.fixture
async def model() -> AsyncIterator[ModelSimulator]:
    async with ModelSimulator() as simulator:
        yield simulator


@pytest.fixture
async def house(
    tmp_path: Path, wecom: WeComSimulator, dingtalk: DingTalkSimulator, bot: WeComBotSimulator
) -> AsyncIterator[House]:
    async with a_house(tmp_path, wecom=wecom, dingtalk=dingtalk, wecom_bot=bot) as house:
        yield house
