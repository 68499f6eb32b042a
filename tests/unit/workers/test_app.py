"""What becomes of a task of the queue that can't be done now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.errors import Unavailable
from bot.types import Conversation
from tests.builders import A_CONVERSATION, some_settings
from workers.app import WorkerProcess


@pytest.fixture
def process() -> Iterator[WorkerProcess]:
    process = WorkerProcess(some_settings(redis={"url": "redis://127.0.0.1:9/0"}))
    process._loop.start()
    yield process
    process._loop.stop()


def test_a_store_that_is_away_costs_each_task_a_line_and_no_trace(process: WorkerProcess) -> None:
    async def away(_: Conversation) -> None:
        raise Unavailable("the store is away (ConnectionError)")

    process._add_task("kefu.away", away)
    with capture_logs() as logs:
        process._app.tasks["kefu.away"](str(A_CONVERSATION))

    assert [(line["event"], line["reason"]) for line in logs] == [
        ("work_put_off", "the store is away (ConnectionError)")
    ]


def test_a_bug_is_celerys_to_tell(process: WorkerProcess) -> None:
    async def wrong(_: Conversation) -> None:
        raise KeyError("a bug")

    process._add_task("kefu.wrong", wrong)

    with pytest.raises(KeyError):
        process._app.tasks["kefu.wrong"](str(A_CONVERSATION))
