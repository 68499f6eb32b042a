"""`kefu up`: one command for everything, and nothing left behind."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from tests.house import House, a_house, free_port

pytestmark = pytest.mark.processes


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path) as house:
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with a_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
async def started(shared: House) -> House:
    """The one house of the tests that need one to be up; whoever killed it left it to the next to start."""
    if "up" not in shared.running:
        await shared.start("up")
    await shared.ready(worker=True)
    return shared


def children(house: House) -> dict[str, psutil.Process]:
    """The processes that `kefu up` started, by what they are."""
    named: dict[str, psutil.Process] = {}
    for process in psutil.Process(house.running["up"].pid).children(recursive=True):
        line = " ".join(process.cmdline())
        for name in ("valkey-server", "workers.cli worker", "workers.cli gateway", "model"):
            if name in line:
                named[name.split()[-1]] = process
    return named


async def all_end(processes: list[psutil.Process], *, within: float) -> None:
    gone, alive = await asyncio.to_thread(psutil.wait_procs, processes, within)
    assert alive == [], f"{len(gone)} of {len(processes)} ended"


async def test_everything_starts_answers_and_stops_without_a_trace(house: House) -> None:
    house.counted = True
    await house.start("up")
    await house.ready(worker=True)
    processes = list(children(house).values())
    assert len(processes) == 3

    asked = await asyncio.to_thread(house.tell, "ask", "怎么退货")
    assert "申请退货" in asked.stdout

    assert await asyncio.to_thread(house.kill, "up", signal.SIGINT) == 0
    await all_end(processes, within=1)
    assert f"Kefu is at {house.url}/" in house.log("up")
    assert not (house.folder / "data" / "run" / "redis.url").exists()

    await house.start("up")
    await house.ready(worker=True)


async def test_a_folder_in_use_is_refused(started: House) -> None:
    second = await asyncio.to_thread(started.run, "up")

    assert second.returncode == 1
    assert "is in use by another `kefu up`" in second.stderr


async def test_a_child_that_dies_is_started_again(started: House) -> None:
    before = children(started)

    for process in before.values():
        process.kill()
    await asyncio.to_thread(psutil.wait_procs, list(before.values()), 5)
    await started.ready(worker=True)

    after = children(started)
    assert after.keys() == before.keys()
    assert all(after[name].pid != before[name].pid for name in before)


async def test_children_do_not_outlive_a_supervisor_that_is_killed(started: House) -> None:
    processes = list(children(started).values())
    assert len(processes) == 3

    started.kill("up")

    await all_end(processes, within=15)


async def test_a_port_in_use_is_told_at_once(house: House) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", house.port))
        other.listen()

        result = await asyncio.to_thread(house.run, "up")

    assert result.returncode == 1
    assert result.stderr.startswith("server.port: ")


async def test_the_model_server_is_started_watched_and_not_waited_for(house: House) -> None:
    server = house.folder / "serve"
    server.write_text(MODEL_SERVER, encoding="utf-8")
    server.chmod(0o755)
    house.environment |= {
        "KEFU_MODEL__SERVE": "some/model",
        "KEFU_MODEL__SERVE_COMMAND": f'["{server}"]',
        "KEFU_MODEL__SERVE_PORT": str(free_port()),
    }
    await house.start("up")
    await house.ready(worker=True)
    first = await asyncio.to_thread(house.tell, "ask", "怎么退货")
    assert "faq" in first.stdout, "while the model loads, the FAQ answers"

    (house.folder / "loaded").touch()
    async with asyncio.timeout(30):
        while "from the model" not in (await asyncio.to_thread(house.tell, "ask", "怎么退货")).stdout:
            await asyncio.sleep(0.2)


async def test_a_model_server_that_is_not_installed_is_told_with_the_mend(house: House) -> None:
    house.environment |= {
        "KEFU_MODEL__SERVE": "some/model",
        "KEFU_MODEL__SERVE_COMMAND": '["no-such-command"]',
    }

    result = await asyncio.to_thread(house.run, "up")

    assert result.returncode == 1
    assert "pip install -e '.[vllm]'" in result.stderr


MODEL_SERVER = f"""#!{sys.executable}
import json, pathlib, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

loaded = pathlib.Path(sys.argv[0]).with_name("loaded")

class Server(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass
    def do_GET(self):
        self.send_response(200 if loaded.exists() else 503)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{{"object": "list", "data": [{{"id": "some/model", "object": "model"}}]}}')
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        message = {{"role": "assistant", "content": "from the model"}}
        choice = {{"index": 0, "finish_reason": "stop", "message": message}}
        body = {{"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}}
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

options = dict(zip(sys.argv[2::2], sys.argv[3::2]))
ThreadingHTTPServer((options["--host"], int(options["--port"])), Server).serve_forever()
"""
