"""What is typed, or piped in, line by line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from io import FileIO
from typing import Final

from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout

_LONGEST: Final = 64 * 1024
"""Bytes. What is longer comes as several lines."""


async def typed() -> AsyncGenerator[str, None]:
    """Until Ctrl-D or Ctrl-C. Whatever is printed meanwhile appears above the line being typed."""
    session: PromptSession[str] = PromptSession("› ")
    with patch_stdout(raw=True):
        while True:
            try:
                yield await session.prompt_async()
            except (EOFError, KeyboardInterrupt):
                return


async def piped(descriptor: int) -> AsyncGenerator[str, None]:
    """Until the end of the file or pipe; the next line is read when the last one is done with."""
    with FileIO(descriptor, closefd=False) as source:
        while line := await asyncio.to_thread(source.readline, _LONGEST):
            yield line.decode("utf-8", errors="replace")
