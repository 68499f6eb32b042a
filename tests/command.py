"""A `kefu` command in this process: to start another takes longer than most commands do."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from tempfile import TemporaryFile
from unittest import mock

from workers.cli import app


@dataclass(frozen=True)
class Told:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def tell(*arguments: str, environment: dict[str, str], piped: str = "") -> Told:
    """Run it to its end, in a thread, as most commands have a loop of their own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_run, arguments, environment, piped).result()


def _run(arguments: Sequence[str], environment: dict[str, str], piped: str) -> Told:
    """What the command does not catch is the test's failure."""
    code, out, err = 0, io.StringIO(), io.StringIO()
    with _reads(piped), _lives_in(environment), redirect_stdout(out), redirect_stderr(err):
        try:
            app(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
    return Told(code, out.getvalue(), err.getvalue())


@contextmanager
def _reads(piped: str) -> Iterator[None]:
    """A file, as a command may read from its descriptor."""
    with TemporaryFile("w+", encoding="utf-8") as lines, mock.patch("sys.stdin", lines):
        lines.write(piped)
        lines.seek(0)
        yield


@contextmanager
def _lives_in(environment: dict[str, str]) -> Iterator[None]:
    """Nothing of the desk's own settings."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("KEFU_")}
    with mock.patch.dict(os.environ, rest | environment, clear=True):
        yield
