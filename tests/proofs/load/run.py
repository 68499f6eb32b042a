"""Starts a load generator, lets it prepare, lets it go."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec

from tests.proofs.load.plan import Outcome, Plan

_PREPARES_S: Final = 300.0

Go = Callable[[], Awaitable[Outcome]]


@asynccontextmanager
async def a_load(plan: Plan, folder: Path) -> AsyncIterator[Go]:
    """`async with a_load(plan, folder) as go: outcome = await go()`; prepared when it is entered."""
    written, outcome = folder / "plan.json", folder / "outcome.json"
    written.write_bytes(msgspec.json.encode(plan))
    command = [sys.executable, "-m", "tests.proofs.load", str(written), str(outcome)]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None, "piped"

    async def go() -> Outcome:
        await process.communicate(b"go\n")
        if process.returncode:
            raise RuntimeError(f"the load generator ended with {process.returncode}")
        return msgspec.json.decode(outcome.read_bytes(), type=Outcome)

    try:
        async with asyncio.timeout(_PREPARES_S):
            if await process.stdout.readline() != b"ready\n":
                raise RuntimeError("the load generator did not get ready")
        yield go
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
