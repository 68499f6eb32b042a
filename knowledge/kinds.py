"""Which kind a file is: by what it holds where that is unmistakable, else by its ending."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from bot.errors import BadRequest
from knowledge.documents import Loaded
from knowledge.fold import fold
from knowledge.formats import archive, limits
from knowledge.formats.html import read_html
from knowledge.formats.json_file import read_json
from knowledge.formats.markdown import read_markdown
from knowledge.formats.pdf import read_pdf
from knowledge.formats.table import read_csv
from knowledge.formats.text import read_text
from knowledge.formats.word import read_word
from knowledge.formats.workbook import read_workbook

_VERSION_CHARS: Final = 12


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that can be read."""

    called: str
    endings: tuple[str, ...]
    reader: Callable[[bytes, str], Loaded]
    is_text: bool = True
    names_encoding: bool = False
    """True where the file itself says how its text is encoded."""

    @property
    def most_bytes(self) -> int:
        """How large such a file may be."""
        return limits.TEXT_BYTES if self.is_text else limits.FILE_BYTES


_TABLE: Final = Kind("a table", (".csv", ".tsv"), read_csv)
_WORKBOOK: Final = Kind("an Excel workbook", (".xlsx", ".xlsm", ".xls"), read_workbook, is_text=False)
_WORD: Final = Kind("a Word document", (".docx",), read_word, is_text=False)
_PDF: Final = Kind("a PDF document", (".pdf",), read_pdf, is_text=False)
KINDS: Final = (
    Kind("a text", (".txt",), read_text),
    _TABLE,
    _WORKBOOK,
    Kind("JSON", (".json", ".jsonl"), read_json),
    Kind("a Markdown document", (".md", ".markdown"), read_markdown),
    Kind("a web page", (".html", ".htm"), read_html, names_encoding=True),
    _WORD,
    _PDF,
)
BY_ENDING: Final = {ending: kind for kind in KINDS for ending in kind.endings}
READABLE: Final = ", ".join(BY_ENDING)

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
"""What Office wrote until 2003, and writes around whatever it encrypts. Its parts are named in UTF-16."""
_PDF_MARK: Final = b"%PDF-"
_PDF_WITHIN: Final = 16
_PAGE: Final = re.compile(rb"\s*(<!doctype html|<html|<meta|<table)", re.IGNORECASE)
_FOREIGN: Final = (
    (b"\x89PNG", "a picture", "write down what it shows"),
    (b"\xff\xd8\xff", "a picture", "write down what it shows"),
    (b"GIF8", "a picture", "write down what it shows"),
    (b"Rar!", "an archive", "unpack it"),
    (b"7z\xbc\xaf", "an archive", "unpack it"),
    (b"\x1f\x8b", "an archive", "unpack it"),
    (b"{\\rtf", "a rich text document", "open it in Word and save it as .docx"),
    (b"From: <Saved by", "a web archive", "save the page as HTML"),
    (b"MIME-Version:", "a web archive", "save the page as HTML"),
    (b"\x7fELF", "a program", "take it out"),
    (b"SQLite format 3", "a database", "export its table as CSV"),
)


def kind_of(data: bytes, ending: str, source: str) -> Kind:
    """Raises BadRequest for what can't be read, with the mend."""
    by_name = BY_ENDING.get(ending)
    if by_name is None:
        raise BadRequest(f"{source}: can't be read; kinds that can be: {READABLE}")
    found = _by_content(data, source)
    if found is None and not by_name.is_text:
        if by_name is _WORKBOOK and _PAGE.match(data):
            raise BadRequest(
                f"{source}: is a web page that calls itself a table; open it in Excel, save it as .xlsx"
            )
        if not data.startswith(_ZIP):  # a damaged archive is for its reader to tell
            raise BadRequest(f"{source}: is not {by_name.called}, whatever its name says; export it again")
    return found or by_name


def read(kind: Kind, data: bytes, source: str) -> Loaded:
    """What a file holds, each item with the file's version, none of them twice."""
    version = sha256(data).hexdigest()[:_VERSION_CHARS]
    loaded = fold(kind.reader(data, source))
    return replace(loaded, items=tuple(replace(item, version=version) for item in loaded.items))


def _by_content(data: bytes, source: str) -> Kind | None:
    if _PDF_MARK in data[:_PDF_WITHIN]:
        return _PDF
    if data.startswith(_ZIP):
        return _zipped(data, source)
    if data.startswith(_OLE):
        return _old_office(data, source)
    for mark, called, mend in _FOREIGN:
        if data.startswith(mark):
            raise BadRequest(f"{source}: is {called}, whatever its name says; {mend}")
    return None


def _zipped(data: bytes, source: str) -> Kind | None:
    names = archive.names(data)
    if any(name.startswith("word/") for name in names):
        return _WORD
    if any(name.startswith("xl/") for name in names):
        return _WORKBOOK
    if names:
        raise BadRequest(
            f"{source}: is an archive, and no Word or Excel file; unpack it, and import what is inside"
        )
    return None


def _old_office(data: bytes, source: str) -> Kind:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise BadRequest(f"{source}: is protected by a password; save it without one")
    if "WordDocument".encode("utf-16-le") in data:
        raise BadRequest(
            f"{source}: is a Word document of the old kind; open it in Word and save it as .docx"
        )
    return _WORKBOOK
