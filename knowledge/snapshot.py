"""A tenant's knowledge in a file: points with their vectors, in a form that every index shares."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from bot.errors import Rejected, Unavailable
from knowledge import faces, wire
from knowledge.embed import Embedder
from knowledge.index import Index, Point
from knowledge.shelves import Version, staging
from knowledge.versions import Contents

_FORMAT: Final = 1
_PART_BYTES: Final = 512 * 1024**2
"""A thousand points of the longest vectors have a fifth of that."""


class _Head(msgspec.Struct, frozen=True):
    """What the file begins with."""

    kefu_knowledge: int
    """The file's format."""
    tenant: str
    embedder: str
    points: int


async def write(index: Index, embedder: Embedder, tenant: str, version: Version, file: Path) -> int:
    """Whole or not at all; how many points. Raises Rejected (it can't be written there) and Unavailable."""
    half = file.with_name(f"{file.name}.half")
    count = 0
    async for page in index.pages(version.shelf):  # twice, as all at once may be more than the memory holds
        count += len(page)
    head = _Head(_FORMAT, tenant, embedder.name, count)
    try:
        if await _write(half, head, index.pages(version.shelf)) != count:
            raise Unavailable(f"the knowledge of {tenant} changed while it was written; try again")
        await asyncio.to_thread(half.replace, file)
    except OSError as error:
        raise Rejected(f"{file}: can't be written ({error.strerror})") from error
    finally:
        half.unlink(missing_ok=True)
    return count


async def stage(index: Index, embedder: Embedder, tenant: str, file: Path) -> dict[str, Contents]:
    """Store what the file holds, for `publish`; embedded again where another model made it.

    Raises Rejected (it is no such file, or damaged) and Unavailable.
    """
    contents: defaultdict[str, list[str]] = defaultdict(list)
    points = 0
    try:
        # All of it is read before: what is stored stays, and would be taken for what a whole file holds.
        async for _, page in _read(file, tenant):
            points += len(page)
        async for head, page in _read(file, tenant):
            if points != head.points:
                raise Rejected(f"{file}: is cut off: {points} of {head.points} points are there")
            if page:
                await _insert(index, embedder, tenant, page, is_own=head.embedder == embedder.name)
            for point in page:
                contents[point.payload["source"]].append(point.payload["item"])
    except (OSError, EOFError, zlib.error, KeyError, msgspec.DecodeError) as error:
        raise Rejected(f"{file}: can't be read, or is no snapshot ({error})") from error
    return {source: Contents(items) for source, items in contents.items()}


async def _insert(index: Index, embedder: Embedder, tenant: str, page: list[Point], *, is_own: bool) -> None:
    there = await index.present([point.id for point in page])
    new = [point for point in page if point.id not in there]
    for point in new:
        point.payload["shelf"] = [staging(tenant)]
    await index.insert(new if is_own or not new else await faces.again(embedder, tenant, new))


async def _read(file: Path, tenant: str) -> AsyncIterator[tuple[_Head, list[Point]]]:
    """What it begins with, beside each of its pages; with no page first, as there may be none."""
    with closing(await asyncio.to_thread(gzip.open, file, "rb")) as stream:
        head = await _head(stream, file, tenant)
        yield head, []
        async for page in _pages(stream):
            yield head, page


async def _head(stream: wire.Stream, file: Path, tenant: str) -> _Head:
    body = await asyncio.to_thread(_part, stream)
    head = msgspec.msgpack.decode(body or b"", type=_Head)
    if head.kefu_knowledge != _FORMAT:
        raise Rejected(f"{file}: was written by another release of Kefu")
    if head.tenant != tenant:
        raise Rejected(f"{file}: is the knowledge of {head.tenant}, and not of {tenant}")
    return head


async def _pages(stream: wire.Stream) -> AsyncIterator[list[Point]]:
    while (body := await asyncio.to_thread(_part, stream)) is not None:
        yield msgspec.msgpack.decode(body, type=list[Point])


def _part(stream: wire.Stream) -> bytes | None:
    return wire.receive(stream, most=_PART_BYTES)


async def _write(file: Path, head: _Head, pages: AsyncIterator[list[Point]]) -> int:
    """How many points there were. Raises OSError."""
    points = 0
    with closing(await asyncio.to_thread(gzip.open, file, "wb", 1)) as stream:
        await asyncio.to_thread(_send, stream, head)
        async for page in pages:
            await asyncio.to_thread(_send, stream, page)
            points += len(page)
    return points


def _send(stream: wire.Stream, part: object) -> None:
    wire.send(stream, msgspec.msgpack.encode(part))
