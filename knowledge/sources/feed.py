"""Lists that other programs keep: JSON over HTTP, or a table of a database. Whole or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from yarl import URL

from bot.errors import BadRequest, Refused
from bot.settings.sources import FeedSettings
from knowledge.documents import Loaded
from knowledge.fold import fold
from knowledge.formats import limits
from knowledge.formats.encoding import decode
from knowledge.formats.json_file import read_objects
from knowledge.sources.database import read_table
from knowledge.sources.fetch import Visitor

_VERSION_CHARS: Final = 12


async def read_feed(feed: FeedSettings, *, visitor: Visitor | None = None) -> Loaded:
    """Raises Unavailable, Refused, Rejected and Misconfigured: then what it gave before stays."""
    rows = await asyncio.to_thread(read_table, feed) if feed.database else await _fetched(feed, visitor)
    loaded = fold(read_objects(rows, feed.name))
    if loaded.problems and not loaded.items:
        raise BadRequest(loaded.problems[0])
    version = sha256(repr(rows).encode(errors="replace")).hexdigest()[:_VERSION_CHARS]
    return replace(loaded, items=tuple(replace(item, version=version) for item in loaded.items))


async def _fetched(feed: FeedSettings, visitor: Visitor | None) -> list[Any]:
    token = {"Authorization": f"Bearer {feed.token.get_secret_value()}"} if feed.token else {}
    async with visitor or Visitor(feed.url) as own:
        fetched = await own.get(URL(feed.url), most=limits.TEXT_BYTES, headers=token)
    if fetched.status != 200:
        raise Refused(f"{feed.name}: was answered with HTTP {fetched.status}")
    try:
        answer = json.loads(decode(fetched.data, feed.name))
    except (ValueError, RecursionError) as error:
        raise Refused(f"{feed.name}: did not answer with JSON") from error
    rows = _at(answer, feed)
    return [_renamed(row, feed.columns) for row in rows] if feed.columns else rows


def _at(answer: Any, feed: FeedSettings) -> list[Any]:
    """The list that `rows` leads to."""
    found = answer
    for key in filter(None, feed.rows.split(".")):
        found = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(found, list):
        raise Refused(f"{feed.name}: its answer has no list at {feed.rows or 'its top'}; write rows")
    return found


def _renamed(row: Any, columns: Mapping[str, str]) -> Any:
    return {ours: row.get(theirs) for ours, theirs in columns.items()} if isinstance(row, Mapping) else row
