"""DOCX and XLSX files are ZIP archives of XML. Whether one may be unpacked, seen before it is.

Sizes are as the archive's own directory tells them. One that lies is stopped by Python's zipfile at the size
told, and by the memory limit of the process that reads (`knowledge/apart.py`).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final
from xml.parsers import expat

from bot.errors import BadRequest, TooLarge
from knowledge.formats import limits

_XML: Final = (".xml", ".rels", ".vml")
_FIRST: Final = 64 * 1024
"""Of a part: whatever is declared stands in front of its first element."""
_STEP: Final = 1024
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
"""What zipfile raises on archives that are damaged, encrypted, or packed in a way it does not know."""


def check(data: bytes, source: str, mend: str) -> None:
    """Raises TooLarge or BadRequest; nothing was unpacked but the first bytes of XML parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_size(members, len(data), source)
            for member in members:
                _check_name(member.filename, source)
                if member.filename.lower().endswith(_XML):
                    _check_declares_nothing(archive, member, source)
    except _BROKEN as error:
        raise BadRequest(f"{source}: is damaged or no such file; {mend}") from error


def names(data: bytes) -> frozenset[str]:
    """What an archive holds, by name; nothing when it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except _BROKEN:
        return frozenset()


def part(data: bytes, name: str) -> bytes:
    """A part of an archive that was checked; nothing when it is not there, or can't be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(name)
    except (KeyError, *_BROKEN):
        return b""


def _check_size(members: list[zipfile.ZipInfo], packed: int, source: str) -> None:
    size = sum(member.file_size for member in members)
    if len(members) > limits.MEMBERS or size > limits.UNPACKED_BYTES:
        raise TooLarge(f"{source}: unpacks to more than {limits.UNPACKED_BYTES >> 20} MB; split it")
    if size > limits.SMALL_BYTES and size > packed * limits.UNPACKED_TIMES:
        raise TooLarge(
            f"{source}: unpacks to {size // packed} times its size, as no text does;"
            " save it again, or take it out if you don't know where it is from"
        )


def _check_name(name: str, source: str) -> None:
    """No name is ever written to; but no program that makes documents writes such ones."""
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
        raise BadRequest(
            f"{source}: holds a file that names a place outside of it; save it again, or take it out"
        )


def _check_declares_nothing(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> None:
    """Entities are declared in a document type, and can be made to grow without end. Office knows none."""
    if _has_document_type(archive, member):
        raise BadRequest(f"{source}: holds XML with declarations of its own; save it again, or take it out")


class _Seen(Exception):
    """The first thing of note in a part. Caught where it is looked for."""


def _has_document_type(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    declares = False

    def on_declaration(*_: object) -> None:
        nonlocal declares
        declares = True
        raise _Seen  # before anything that was declared is used

    def on_element(*_: object) -> None:
        raise _Seen

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = on_declaration
    parser.StartElementHandler = on_element
    with archive.open(member) as part:
        try:
            for _ in range(_FIRST // _STEP):
                parser.Parse(part.read(_STEP))
        except _Seen:
            return declares
        except expat.ExpatError:
            pass  # what is no XML is for its reader to refuse
    return False
