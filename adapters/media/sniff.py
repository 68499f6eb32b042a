"""What bytes really are, by how they begin. What a platform or a file's name says need not be true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Format:
    """One format that we take."""

    kind: str
    """image or voice."""
    extension: str
    content_type: str


_FORMATS: Final[tuple[tuple[Format, tuple[tuple[int, bytes], ...]], ...]] = (
    (Format("image", "jpg", "image/jpeg"), ((0, b"\xff\xd8\xff"),)),
    (Format("image", "png", "image/png"), ((0, b"\x89PNG\r\n\x1a\n"),)),
    (Format("image", "gif", "image/gif"), ((0, b"GIF8"),)),
    (Format("image", "webp", "image/webp"), ((0, b"RIFF"), (8, b"WEBP"))),
    (Format("image", "bmp", "image/bmp"), ((0, b"BM"), (6, b"\0\0\0\0"))),
    (Format("voice", "amr", "audio/amr"), ((0, b"#!AMR\n"),)),
    (Format("voice", "awb", "audio/amr-wb"), ((0, b"#!AMR-WB\n"),)),
    (Format("voice", "silk", "audio/silk"), ((0, b"#!SILK_V3"),)),
    (Format("voice", "silk", "audio/silk"), ((0, b"\x02#!SILK_V3"),)),  # as WeChat writes it
    (Format("voice", "ogg", "audio/ogg"), ((0, b"OggS"),)),  # Opus, Vorbis, Speex
    (Format("voice", "wav", "audio/wav"), ((0, b"RIFF"), (8, b"WAVE"))),
    (Format("voice", "m4a", "audio/mp4"), ((4, b"ftyp"),)),
    (Format("voice", "flac", "audio/flac"), ((0, b"fLaC"),)),
    (Format("voice", "webm", "audio/webm"), ((0, b"\x1aE\xdf\xa3"),)),
    (Format("voice", "mp3", "audio/mpeg"), ((0, b"ID3"),)),
    (Format("voice", "mp3", "audio/mpeg"), ((0, b"\xff\xfb"),)),
    (Format("voice", "mp3", "audio/mpeg"), ((0, b"\xff\xf3"),)),
    (Format("voice", "mp3", "audio/mpeg"), ((0, b"\xff\xf2"),)),
    (Format("voice", "aac", "audio/aac"), ((0, b"\xff\xf1"),)),
    (Format("voice", "aac", "audio/aac"), ((0, b"\xff\xf9"),)),
)
"""Each with what stands where. A list of what is taken: whatever else there is, is refused."""

_BY_EXTENSION: Final = {known.extension: known for known, _ in _FORMATS}


def sniff(data: bytes) -> Format | None:
    """The format of these bytes; None when it is none that we take."""
    for known, marks in _FORMATS:
        if all(data.startswith(mark, start) for start, mark in marks):
            return known
    return None


def by_extension(extension: str) -> Format | None:
    """The format of a file that we named ourselves."""
    return _BY_EXTENSION.get(extension)
