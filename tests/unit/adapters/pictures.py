"""Pictures as customers send them."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image


def a_picture(width: int = 64, height: int = 48, format_: str = "PNG", colour: str = "red") -> bytes:
    """Of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, format_)
    return out.getvalue()


def a_telephones_picture(width: int = 80, height: int = 40) -> bytes:
    """Lying on its side, with the camera's name in it."""
    picture = Image.new("RGB", (width, height), "blue")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90°
    exif[0x010F] = "SecretCamera"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def a_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A small PNG that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    header = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
