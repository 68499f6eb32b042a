"""The port to where visitors' pictures are kept until they were looked at, and what a picture is."""

from __future__ import annotations

from typing import Final, Protocol

from bot.channel import Blob

EXTENSIONS: Final = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
HEAD_BYTES: Final = 12
"""As many as `sniff` looks at."""


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


def sniff(head: bytes | bytearray) -> str:
    """The content type by the first bytes; empty when it is none of EXTENSIONS.

    By https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern; what a caller says is no proof.
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""
