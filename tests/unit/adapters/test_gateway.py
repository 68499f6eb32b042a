"""A gateway that can't start, or must stop, lets go of all it took."""

from __future__ import annotations

import errno
import gc
from pathlib import Path

import pytest

from adapters.gateway import application
from tests.builders import some_settings
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator
from tests.unit.adapters.conftest import stream_settings


async def test_a_gateway_whose_port_is_taken_leaves_no_connection_open(
    gateway: DingTalkStreamSimulator, tmp_path: Path
) -> None:
    settings = some_settings(
        data_dir=tmp_path,
        redis={"url": "redis://127.0.0.1:1/0"},
        channels=[stream_settings(gateway.base_url)],
    )

    async def start() -> None:
        async with application(settings):
            await gateway.wait_for_sockets(1)
            raise OSError(errno.EADDRINUSE, "the port is taken")

    with pytest.raises(OSError, match="taken"):
        await start()

    gc.collect()  # a session that nobody closed would say so now, which ends a test
