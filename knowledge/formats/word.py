"""Word documents (DOCX), by way of the HTML that mammoth makes of them."""

from __future__ import annotations

import io
import zipfile
from typing import Any, Final

from bot.errors import BadRequest
from knowledge.cut import pieces
from knowledge.documents import Loaded
from knowledge.formats import archive
from knowledge.formats.html import blocks
from knowledge.formats.plain_headings import with_headings

_MEND: Final = "open it in Word and save it again as .docx"
_STYLES: Final = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='标题'] => h1:fresh",
        *(f"p[style-name='标题 {level}'] => h{level}:fresh" for level in range(1, 7)),
    ]
)
"""Beside mammoth's own, which know Word's styles by their English names; WPS writes Chinese ones."""


def read_word(data: bytes, source: str) -> Loaded:
    """Pieces below one heading each; places are paragraphs, as a DOCX knows no pages. Raises BadRequest."""
    import mammoth

    archive.check(data, source, _MEND)
    try:
        made = mammoth.convert_to_html(io.BytesIO(data), convert_image=_no_image, style_map=_STYLES)
    except RecursionError as error:
        raise BadRequest(f"{source}: is nested too deep; {_MEND}") from error
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, ArithmeticError, LookupError) as error:
        raise BadRequest(f"{source}: is damaged or no Word document; {_MEND}") from error
    return pieces(blocks(with_headings(made.value), source, unit="paragraph"), source)


def _no_image(_: Any) -> list[Any]:
    """Pictures are not looked at, nor fetched from where a document says they are."""
    return []
