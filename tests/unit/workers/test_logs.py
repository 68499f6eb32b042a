"""What a model server writes for months does not fill the disk that messages are kept on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from workers import logs, supervisor
from workers.logs import shorten
from workers.supervisor import Child, Supervisor

TALKS = [
    sys.executable,
    "-uc",
    "import time\nfor line in range(100_000): print('line', line, flush=True); time.sleep(0.001)",
]


def test_a_log_that_is_too_long_begins_anew_and_what_it_held_is_kept_once(tmp_path: Path) -> None:
    log, before = tmp_path / "model.log", tmp_path / "model.log.1"
    assert shorten(log, most_bytes=5) is False, "it is not there yet"

    log.write_text("short")
    assert shorten(log, most_bytes=5) is False
    for words in ("long as", "longer than"):
        log.write_text(words)
        assert shorten(log, most_bytes=5) is True
        assert (log.read_text(), before.read_text()) == ("", words)


async def test_a_program_goes_on_writing_into_what_was_shortened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_SHORTEN_EVERY_S", 0.05)
    monkeypatch.setattr(logs.shorten, "__kwdefaults__", {"most_bytes": 1_000})
    log, before = tmp_path / "model.log", tmp_path / "model.log.1"
    keeping = Supervisor([Child("model", TALKS, stop_s=5, log_file=log)])
    running = asyncio.create_task(keeping.run(lambda: None))

    async with asyncio.timeout(30):
        while not before.exists() or log.stat().st_size == 0:
            await asyncio.sleep(0.01)
    keeping.stop()
    await running

    assert not log.read_bytes().startswith(b"\0"), "it appends: no hole where it was emptied"
