"""Whether we may call the address that a message names for its reply.

A message's signature does not cover its body, so the address may be anybody's: calling it blindly would
let a stranger aim our requests at our own network (SSRF). Only DingTalk's hosts are called.
"""

from __future__ import annotations

from typing import Final

from yarl import URL

_DOMAIN: Final = ".dingtalk.com"
_MAX_LENGTH: Final = 2048


def is_trusted(url: str, *, api_base: str) -> bool:
    """True for https on DingTalk's own hosts, and for the host of an `api_base` that stands in for them.

    Read with the parser that the request itself uses: two parsers would disagree about some host.
    """
    try:
        target, base = URL(url), URL(api_base)
        host, port = target.host or "", target.explicit_port
    except ValueError:
        return False
    if len(url) > _MAX_LENGTH or target.user is not None or target.password is not None:
        return False
    if host.endswith(_DOMAIN):
        return target.scheme == "https" and port in (None, 443)
    return target.scheme in ("http", "https") and bool(host) and host == base.host
