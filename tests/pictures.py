"""The smallest pictures of each type, and bigger ones."""

from __future__ import annotations

import struct
import zlib
from typing import Final


def png(width: int = 2, height: int = 2) -> bytes:
    """A picture with a soft change of colour."""
    rows = b"".join(
        b"\0" + b"".join(bytes((200 - 80 * y // height, 180, 120 + 80 * x // width)) for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG: Final = png()
GIF: Final = bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")
JPEG_HEAD: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20)
WEBP_HEAD: Final = b"RIFF\x1a\x00\x00\x00WEBPVP8L" + bytes(20)
