"""Addresses in an answer, and whether they are the shop's own or its evidence's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bot.safety.letters import visible
from bot.settings import TenantSettings

_ENDINGS: Final = (
    "com|cn|net|org|io|top|xyz|info|cc|me|tv|shop|store|site|online|vip|club|app|dev|link|live|page|ru|hk|tw|uk|jp|co|ly"
    "|gl|biz|icu|pro|ai|eu|de|fr|us|mobi|asia|wang|ltd|group|work|tech|cloud|fun|love|art|win|bid|loan|cfd|ink"
    "|zip|mov|sbs|buzz|click|monster|xn--[a-z0-9-]+|example|test"
)
"""Of names that chat programs make a link of without http:// in front; with a path behind it any will do,
as most that shorten addresses have endings of small countries."""
_ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9+.-]{1,15}:[\\/]{2}(?:[!-~]+|\S+)"
    r"|(?<![:\w\\/])[\\/]{2}(?=[\w-]+\.)[!-~]+"
    rf"|(?<![a-z0-9@.-])(?:[a-z0-9-]+\.)+(?:{_ENDINGS})(?![a-z0-9-])(?:[:/?#][!-~]*)?"
    r"|(?<![a-z0-9@.-])(?:[a-z0-9-]+\.)*(?=[0-9-]*[a-z])[a-z0-9-]+\.[a-z]{2,24}/[!-~]+"
    r"|(?<![a-z0-9@.-])www\.(?:[a-z0-9-]+\.)+[a-z]{2,24}(?![a-z0-9-])(?:[:/?#][!-~]*)?"
    r"|(?<![a-z0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:[:/][!-~]+)"
    r"|[\w-]+\.(?:中国|公司|网络)(?:[:/?#][!-~]*)?"
)
_LABEL_STOP: Final = re.compile(r"[。｡](?<=[a-z0-9-].)(?=[a-z0-9-]+(?:[。｡./]|\b))")
_BEHIND: Final = ".,;:!?)]}>*_~'\"`|"
"""Not of the address, where they end it."""
_MARKUP: Final = re.compile(
    r"<\s*/?\s*(?:script|iframe|img|svg|object|embed|form|style|link|meta|base|video|audio|input|body)\b[^>]*>?"
    r"|\b(?:javascript|vbscript)\s*:\s*\w|\bdata:\s*[a-z]+/[a-z0-9.+-]+\s*[;,]",
    re.IGNORECASE,
)


class Links:
    """Those that one tenant's answers may hold."""

    def __init__(self, tenant: TenantSettings) -> None:
        ours = (tenant.greeting, tenant.refusal, tenant.no_people, tenant.persona, *tenant.suggestions)
        hosts = {parts.hostname or "" for text in ours for parts in addresses(text)}
        hosts |= {urlsplit(site.sitemap).hostname or "" for site in tenant.sites}
        patterns = [*tenant.hosts, *(host for site in tenant.sites for host in site.hosts)]
        self._hosts = frozenset(hosts | {host for host in patterns if not host.startswith("*.")})
        self._below = tuple(host[1:] for host in patterns if host.startswith("*."))

    def strange_in(self, text: str, evidence: Iterable[str]) -> bool:
        """`evidence`: an address that stands there may be said letter by letter, and its host alone."""
        said = "\n".join(evidence)
        seen = visible(text)
        if ("<" in seen or ":" in seen) and any(match[0] not in said for match in _MARKUP.finditer(seen)):
            return True
        strange = {_key(parts) for parts in addresses(text) if not self._is_own(parts)}
        if not strange:
            return False
        there = list(addresses(said))
        return not strange <= {_key(parts) for parts in there} | {parts.hostname or "" for parts in there}

    def _is_own(self, parts: SplitResult) -> bool:
        host = parts.hostname or ""
        return parts.scheme in ("http", "https") and (host in self._hosts or host.endswith(self._below))


def addresses(text: str) -> Iterator[SplitResult]:
    """Whatever a chat program might make a link of."""
    text = unicodedata.normalize("NFKC", visible(text))
    text = _LABEL_STOP.sub(".", text.lower())
    if "." not in text and ":" not in text:
        return
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_BEHIND).replace("\\", "/")
        scheme, colon, rest = address.partition("://")
        whole = f"{scheme}://{rest}" if colon else f"https://{address.lstrip('/')}"
        try:
            yield urlsplit(whole)
        except ValueError:  # half an IPv6 address: none of ours
            yield SplitResult("https", address, "", "", "")


def _key(parts: SplitResult) -> str:
    """Without the scheme, which people leave out."""
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.netloc}{parts.path.rstrip('/')}{query}{fragment}"
