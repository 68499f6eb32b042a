"""`make dialogues MODEL_URL=http://…/v1`: a line for each miss, and the figures as the last one, all JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from bot.errors import KefuError
from tests.evals.dialogues.play import a_stage, all_of, missed
from tests.evals.dialogues.script import read
from tests.evals.dialogues.verdict import figures


async def run(given: argparse.Namespace) -> None:
    """Raises KefuError."""
    dialogues = [one for one in read() if given.only in one.name][: given.most]
    model = given.model or await _served(given.url)
    with tempfile.TemporaryDirectory() as folder:
        async with a_stage(
            Path(folder),
            given.url,
            model,
            gold=given.gold,
            in_text=given.tools_in_text,
            direct=given.direct,
        ) as stage:
            started = time.perf_counter()
            each = await all_of(stage, dialogues, at_once=given.at_once)
            seconds = round(time.perf_counter() - started, 1)
    for held in each:
        if miss := missed(held):
            print(json.dumps(miss, ensure_ascii=False))
    told = {
        "eval": "dialogues",
        "model": model,
        "gold": given.gold,
        "direct": given.direct,
        "dialogues": len(dialogues),
    }
    print(
        json.dumps(
            {**told, **figures([held.verdict for held in each]), "seconds": seconds}, ensure_ascii=False
        )
    )


async def _served(url: str) -> str:
    """The first model that the server has."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/models") as answer:
        return str((await answer.json())["data"][0]["id"])


def main() -> int:
    """The exit code: 1 where they could not be held."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--url", required=True, help="an OpenAI-compatible address with /v1")
    said.add_argument("--model", default="", help="its model; the first that it serves")
    said.add_argument("--gold", action="store_true", help="with the right passages in place of a search")
    said.add_argument("--tools-in-text", action="store_true", help="as Qwen2.5-Coder calls them")
    said.add_argument("--direct", type=float, default=1.0, help="the shop's direct_confidence")
    said.add_argument("--only", default="", help="those with this in their name")
    said.add_argument("--most", type=int, default=None, help="so many of them")
    said.add_argument("--at-once", type=int, default=4, help="dialogues at a time")
    try:
        asyncio.run(run(said.parse_args()))
    except (KefuError, aiohttp.ClientError) as error:
        print(f"the dialogues could not be held: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
