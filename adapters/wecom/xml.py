"""The XML that WeCom sends: read with nothing but its fields let in."""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree

from bot.errors import BadRequest

_TYPE: Final = re.compile(r"[A-Za-z_]{1,64}")


def encrypted(body: bytes) -> str:
    """The sealed text in a callback's body. Raises BadRequest."""
    return field(read(body), "Encrypt")


def read(content: bytes) -> Element:
    """Raises BadRequest for what is no plain XML."""
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):
        # ValueError: entities and a DTD (defusedxml), NUL bytes, odd encodings; LookupError: unknown ones.
        raise BadRequest("the body is no XML that we take (-40002)") from None
    return root


def field(xml: Element, name: str) -> str:
    """A field's text; empty when there is none."""
    return xml.findtext(name) or ""


def matching(xml: Element, name: str, form: re.Pattern[str]) -> str:
    """A field's text. Raises BadRequest when it is not of its form."""
    value = field(xml, name)
    if not form.fullmatch(value):
        raise BadRequest(f"{name} is missing or not of its form")
    return value


def shown(text: str) -> str:
    """For the log: what does not look like a name is not repeated."""
    return text if _TYPE.fullmatch(text) else "without a name"
