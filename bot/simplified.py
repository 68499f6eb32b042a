"""Traditional characters as simplified ones, one by one, by the table of OpenCC."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

TO_SIMPLIFIED: Final = str.maketrans(
    {
        traditional: simplified[0]
        for traditional, _, simplified in (
            line.partition("\t")
            for line in (files("opencc") / "dictionary" / "TSCharacters.txt").read_text("utf-8").split("\n")
        )
        if simplified
    }
)
"""For `str.translate`. Both sides of a comparison are put through it, so that what OpenCC's phrases would
tell apart does no harm."""
