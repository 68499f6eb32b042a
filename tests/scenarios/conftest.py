"""Houses with simulated platforms next door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.house import House, a_house
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.dingtalk_cards import TEMPLATE
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator
from tests.simulators.model import ModelSimulator
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator
from tests.simulators.wecom_kf import WeComKfSimulator


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


@dataclass(frozen=True)
class Street:
    """A house that is open already, and its neighbours. Each test comes with customers of its own."""

    house: House
    wecom: WeComSimulator
    dingtalk: DingTalkSimulator
    bot: WeComBotSimulator
    kf: WeComKfSimulator


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def street(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    suggests = {"KEFU_TENANTS__SHOP__SUGGESTIONS": '["怎么退货", "多久发货"]'}
    folder = tmp_path_factory.mktemp("street")
    async with (
        WeComSimulator() as wecom,
        DingTalkSimulator(qps=None) as dingtalk,
        WeComBotSimulator() as bot,
        WeComKfSimulator(page=100) as kf,
        a_house(
            folder,
            wecom=wecom,
            dingtalk=dingtalk,
            wecom_bot=bot,
            kf=kf,
            people="",
            environment=suggests,
        ) as house,
    ):
        house.counted = True
        await house.start("valkey", "worker", "gateway")
        await house.ready(worker=True)
        yield Street(house, wecom, dingtalk, bot, kf)
        await house.ready(worker=True)  # while it is asked, its neighbours hear who called between the tests


@dataclass(frozen=True)
class Talking:
    """A house with a model, that is open already. What the model says is each test's own."""

    house: House
    bot: WeComBotSimulator
    stream: DingTalkStreamSimulator
    model: ModelSimulator


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def talking(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Talking]:
    folder = tmp_path_factory.mktemp("talking")
    async with (
        ModelSimulator() as model,
        WeComBotSimulator() as bot,
        DingTalkStreamSimulator(redeliver_after=1.0, redeliveries=60, qps=None) as stream,
        a_house(folder, wecom_bot=bot, stream=stream) as house,
    ):
        house.environment |= {
            "KEFU_CHANNELS__STREAM__CARD_TEMPLATE_ID": TEMPLATE,
            "KEFU_MODEL__BASE_URL": model.base_url,
            "KEFU_MODEL__MODEL": "qwen",
        }
        await house.start("valkey", "worker", "gateway")
        await house.ready(worker=True)
        await stream.wait_for_sockets(1)
        yield Talking(house, bot, stream, model)
        await house.ready(worker=True)
