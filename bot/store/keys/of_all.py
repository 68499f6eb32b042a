"""Keys that belong to no conversation and to no partition."""

from __future__ import annotations

from typing import Final

from bot.store import bounds

DEAD_KNOWN: Final = "kefu:dead-known"
DEAD_TELLING: Final = "kefu:dead-telling"
FEED_CHANNEL: Final = "kefu:feed"
"""Pub/sub channel: the conversation whose feed has something new."""
PING: Final = "kefu:ping"


def token(key: str) -> str:
    """An access token."""
    return f"kefu:token:{key}"


def token_lock(key: str) -> str:
    """Held by the one process that fetches it."""
    return f"kefu:token-lock:{key}"


def stream(id_: str) -> str:
    """A reply that the platform fetches."""
    return f"kefu:stream:{id_}"


def mark(name: str) -> str:
    """That something was done."""
    return f"kefu:mark:{name}"


def answer(tenant: str, key: str) -> str:
    """The place of an answer that may be given again. `key`: of hexadecimal digits."""
    return f"kefu:answer:{tenant}:{int(key[:8], 16) % bounds.ANSWERS_MOST}"


def alike(tenant: str, among: str) -> list[str]:
    """The places of answers to questions that have that in common. `among`: as `key` above."""
    place = int(among[:8], 16) % bounds.ALIKE_MOST
    return [f"kefu:{{alike:{tenant}:{place}}}:{number}" for number in range(bounds.ALIKE_EACH)]


def embedding(hash_: bytes) -> str:
    """The place of a question's vector."""
    return f"kefu:embedding:{int.from_bytes(hash_[:4]) % bounds.EMBEDDINGS_MOST}"


def gaps(tenant: str) -> str:
    """What a tenant's knowledge lacks."""
    return f"kefu:gaps:{tenant}"


def missed(tenant: str) -> str:
    """Who wanted a person of a tenant's while none was there."""
    return f"kefu:missed:{tenant}"


def presence(role: str) -> str:
    """Who is alive in this role."""
    return f"kefu:presence:{role}"


def secret(name: str) -> str:
    """A key shared by all processes."""
    return f"kefu:secret:{name}"


def rate(name: str) -> list[str]:
    """What is counted under a rate, in the order in which its scripts name it."""
    return [f"kefu:{{rate:{name}}}:{kind}" for kind in ("gone", "line", "rest")]
