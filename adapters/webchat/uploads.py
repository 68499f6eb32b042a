"""The port to where visitors' pictures are kept until they were looked at, and what a picture is."""

from __future__ import annotations

from typing import Final, Protocol

from adapters.media.sniff import Format, sniff
from bot.channel import Blob

EXTENSIONS: Final = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
"""Of what every browser shows."""
HEAD_BYTES: Final = 12
"""As many as tell them apart."""


class Uploads(Protocol):
    """Pictures of one channel's visitors, each found by its owner alone, and kept for a while."""

    async def put(self, owner: str, picture: Blob) -> str:
        """Keep it; its name, which is the same for the same picture of the same owner.

        Raises Unavailable, also when there is no room left.
        """
        ...

    async def has(self, owner: str, name: str) -> bool:
        """Whether it is there, and theirs. Raises Unavailable."""
        ...

    async def get(self, owner: str, name: str, *, most: int) -> Blob:
        """Its bytes, `most` at most. Raises Unavailable, or Refused (gone, not theirs, or too big)."""
        ...

    async def tidy(self) -> None:
        """Let go of what was kept for long enough. Raises Unavailable."""
        ...


def type_of(data: bytes) -> Format | None:
    """Which of EXTENSIONS it is by its first bytes, as what a caller says is no proof; None: none of them."""
    known = sniff(data)
    return known if known and known.content_type in EXTENSIONS else None
