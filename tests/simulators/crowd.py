"""Many customers at once: what a simulator does when it is run by itself."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Callable

from tests.simulators.platform import Platform


async def crowd(
    platform: Platform, callback_url: str, *, customers: int, text: str, timeout: float
) -> dict[str, float]:
    """Each customer writes once and waits for an answer; how it went, in figures (times in seconds)."""
    started = time.perf_counter()
    users = [f"crowd{number:05}" for number in range(customers)]
    postings = await asyncio.gather(*(platform.say(callback_url, user=user, text=text) for user in users))
    waits = (platform.wait_for_replies(user, timeout=timeout) for user in users)
    replies = await asyncio.gather(*waits, return_exceptions=True)
    seconds = sorted(posting.attempts[-1].seconds for posting in postings)
    return {
        "customers": customers,
        "accepted": sum(posting.accepted for posting in postings),
        "answered": sum(not isinstance(reply, BaseException) for reply in replies),
        "seconds": round(time.perf_counter() - started, 3),
        "callback_median": round(statistics.median(seconds), 4),
        "callback_slowest": round(seconds[-1], 4),
    }


def main(make: Callable[..., Platform]) -> None:
    """Run a simulator from the command line."""
    parser = argparse.ArgumentParser(description="A simulated platform. Point `api_base` of a channel at it.")
    parser.add_argument("--callback", default="", help="Kefu's address, http://…/callbacks/NAME")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--customers", type=int, default=1, help="how many write at once")
    parser.add_argument("--text", default="你们几点开门？")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds to wait for the answers")
    asyncio.run(_run(make, parser.parse_args()))


async def _run(make: Callable[..., Platform], options: argparse.Namespace) -> None:
    async with make(host=options.host, port=options.port) as platform:
        print(f"listening on {platform.base_url}", flush=True)
        if not options.callback:
            await asyncio.Event().wait()
        figures = await crowd(
            platform,
            options.callback,
            customers=options.customers,
            text=options.text,
            timeout=options.timeout,
        )
        print(json.dumps(figures))
