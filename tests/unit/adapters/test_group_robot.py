"""A group of people is told by its robot, whichever it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from adapters.group_robot import DINGTALK_ERRORS, MAX_TEXT_BYTES, WECOM_ERRORS, GroupRobot
from adapters.outbound import Outbound
from bot.errors import Refused, Unavailable
from bot.settings import PeopleSettings
from tests.simulators.group_robot import (
    A_MINUTE,
    DINGTALK_PATH,
    HOOK_PATH,
    WECOM_PATH,
    GroupRobotSimulator,
    sign,
)
from tests.simulators.platform import Trouble

Makes = Callable[..., GroupRobot]


@pytest.fixture
async def group() -> AsyncIterator[GroupRobotSimulator]:
    async with GroupRobotSimulator() as simulator:
        yield simulator


@pytest.fixture
def robot(group: GroupRobotSimulator, outbound: Outbound) -> Makes:
    def make(webhook: str, secret: str = "") -> GroupRobot:
        return GroupRobot(webhook, secret, outbound=outbound, clock=group.now)

    return make


async def test_wecoms_robot_says_it_in_the_group(group: GroupRobotSimulator, robot: Makes) -> None:
    await robot(group.wecom).tell("有客户在等人工客服")

    assert group.told == ["有客户在等人工客服"]


async def test_dingtalks_robot_is_told_by_its_path_and_signed_to(
    group: GroupRobotSimulator, robot: Makes
) -> None:
    group.secret, group.keyword = "SECtest0000000000000000000000000001", "客服"

    await robot(group.dingtalk, group.secret).tell("有客户在等人工客服")

    assert group.told == ["有客户在等人工客服"]
    with pytest.raises(Refused, match="webhook_secret"):
        await robot(group.dingtalk).tell("有客户在等人工客服")


def test_the_vector_of_a_dingtalk_robot_is_signed_the_same() -> None:
    secret, timestamp = "SECtest0000000000000000000000000001", "1700000000001"
    expected = "swlSwH+AN/hgIn8BNHjjhwQjR9iPFrX0WdevF4XNhl0="

    robot = GroupRobot("http://x/robot/send", secret, outbound=Outbound(), clock=lambda: 1700000000.001)

    assert robot._signature() == {"timestamp": timestamp, "sign": expected}
    assert sign(timestamp, secret) == expected


async def test_any_other_address_takes_a_text(group: GroupRobotSimulator, robot: Makes) -> None:
    await robot(group.hook).tell("有客户在等人工客服")

    assert group.told == ["有客户在等人工客服"]


async def test_a_long_text_is_cut_to_what_a_robot_takes(group: GroupRobotSimulator, robot: Makes) -> None:
    await robot(group.wecom).tell("有客户在等人工客服。" * 500)

    assert 0 < len(group.told[0].encode()) <= MAX_TEXT_BYTES


async def test_a_robot_that_had_enough_for_a_minute_is_asked_later(
    group: GroupRobotSimulator, robot: Makes
) -> None:
    for webhook in (group.wecom, group.dingtalk):
        group.record.seen.clear()
        for _ in range(A_MINUTE):
            await robot(webhook).tell("客服")
        with pytest.raises(Unavailable) as raised:
            await robot(webhook).tell("客服")
        assert raised.value.retry_after == 60


async def test_a_wrong_address_is_final_and_its_key_is_not_told(
    group: GroupRobotSimulator, robot: Makes
) -> None:
    for webhook in (group.wecom, group.dingtalk):
        with pytest.raises(Refused) as raised:
            await robot(webhook.replace(group.key, "topsecret")).tell("客服")
        assert "topsecret" not in str(raised.value)


@pytest.mark.parametrize("code", WECOM_ERRORS)
async def test_each_code_of_wecoms_robot_has_its_meaning(
    group: GroupRobotSimulator, robot: Makes, code: int
) -> None:
    group.trouble(WECOM_PATH, Trouble(body={"errcode": code, "errmsg": "x"}))

    with pytest.raises(WECOM_ERRORS[code].error, match=str(code)):
        await robot(group.wecom).tell("客服")


@pytest.mark.parametrize("code", [*DINGTALK_ERRORS, 410100, 99999])
async def test_each_code_of_dingtalks_robot_has_its_meaning(
    group: GroupRobotSimulator, robot: Makes, code: int
) -> None:
    group.trouble(DINGTALK_PATH, Trouble(body={"errcode": code, "errmsg": "x"}))

    with pytest.raises(Unavailable if code == 410100 else Refused, match=str(code)):
        await robot(group.dingtalk).tell("客服")


@pytest.mark.parametrize(
    ("status", "error"), [(500, Unavailable), (429, Unavailable), (404, Refused), (302, Refused)]
)
async def test_what_an_address_answers_is_heard(
    group: GroupRobotSimulator, robot: Makes, status: int, error: type[Exception]
) -> None:
    group.trouble(HOOK_PATH, Trouble(status=status, body="<html>"))

    with pytest.raises(error, match=str(status)):
        await robot(group.hook).tell("客服")


async def test_an_address_that_is_away_or_talks_nonsense_is_tried_again(
    group: GroupRobotSimulator, robot: Makes
) -> None:
    with pytest.raises(Unavailable):
        await robot("http://127.0.0.1:9/hook").tell("客服")
    group.trouble(WECOM_PATH, Trouble(body={"hello": "world"}))
    with pytest.raises(Unavailable):
        await robot(group.wecom).tell("客服")


def test_a_tenant_without_a_webhook_has_no_robot(outbound: Outbound) -> None:
    assert GroupRobot.of(None, outbound=outbound, clock=lambda: 0) is None
    assert GroupRobot.of(PeopleSettings.model_validate({}), outbound=outbound, clock=lambda: 0) is None
    people = PeopleSettings.model_validate({"webhook": "https://x/hook", "webhook_secret": "SEC1"})
    assert GroupRobot.of(people, outbound=outbound, clock=lambda: 0)
