"""Joins the widget's modules into the one script that a shop puts on its page.

The modules are plain ES modules, one idea each, held to a form that needs no JavaScript tool to join: an
import is one line naming a neighbour, an export is a word in front of a declaration, and no two modules share
a top-level name.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from adapters.webchat import shrink

_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "\./([a-z]+\.js)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:const|function|async function|class) )", re.MULTILINE)


def bundle(folder: Path, *, entry: str = "main.js") -> str:
    """The script: `entry` after all that it imports, with the style sheets in a constant named STYLE."""
    parts: dict[str, str] = {}
    _collect(folder, entry, parts)
    css = shrink.style("".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.css"))))
    constant = f"const STYLE={_literal(css)};"
    return f'(()=>{{"use strict";{constant}{shrink.script("".join(parts.values()))}}})();\n'


def _literal(text: str) -> str:
    """As JavaScript writes it: in backticks, where a quotation mark needs no sign before it."""
    return "`" + re.sub(r"([`\\]|\$(?={))", r"\\\1", text) + "`"


def _collect(folder: Path, name: str, parts: dict[str, str]) -> None:
    """Add a module after the ones it imports, each once."""
    if name in parts:
        return
    source = (folder / name).read_text(encoding="utf-8")
    for neighbour in _IMPORT.findall(source):
        _collect(folder, neighbour, parts)
    parts[name] = _EXPORT.sub("", _IMPORT.sub("", source))
