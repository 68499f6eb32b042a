"""Reading in a process of its own: a file that makes its converter run wild costs that file alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Final, Self

import msgspec

from bot.errors import BadRequest, TooLarge
from knowledge import wire
from knowledge.documents import Loaded
from knowledge.formats import limits
from knowledge.kinds import Kind

_ROOT: Final = Path(__file__).parents[1]
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "TMPDIR")
"""Of the environment: its secrets are none of a converter's business."""
_END_WITHIN_S: Final = 5.0


class Apart:
    """One such process, started when it is needed and again after it broke off. Used as a context."""

    def __init__(self, *, read_s: float = limits.READ_S) -> None:
        self._read_s = read_s
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, kind: Kind, data: bytes, source: str) -> Loaded:
        """Raises BadRequest and TooLarge, also when the other process broke off over it."""
        process = self._process = self._process or _start()
        timer = Timer(self._read_s, process.kill)
        timer.start()
        try:
            answer = _ask(process, wire.Request(kind.endings[0], source, data))
        finally:
            timer.cancel()
        if answer is None:
            code = self._end()
            if code in (-signal.SIGKILL, -signal.SIGXCPU):
                raise TooLarge(f"{source}: takes longer than {self._read_s:g} s to read; split it")
            raise BadRequest(
                f"{source}: is {kind.called} that its reader broke off over (damaged, or with a cell far"
                " outside its table); copy what it holds into a new one"
            )
        if answer.loaded is None:
            raise (TooLarge if answer.is_too_large else BadRequest)(answer.error)
        return answer.loaded

    def _end(self) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        for pipe in filter(None, (process.stdin, process.stdout)):
            with suppress(OSError):  # half a request may still be in it
                pipe.close()  # which ends the other side, when it is well
        try:
            return process.wait(_END_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "knowledge.reader"],
        cwd=_ROOT,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _ask(process: subprocess.Popen[bytes], request: wire.Request) -> wire.Answer | None:
    assert process.stdin
    assert process.stdout
    try:
        wire.send(process.stdin, msgspec.msgpack.encode(request))
        body = wire.receive(process.stdout)
    except OSError:
        return None
    return msgspec.msgpack.decode(body, type=wire.Answer) if body is not None else None
