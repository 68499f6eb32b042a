"""The keys of a partition, and which conversations live there."""

from __future__ import annotations

import zlib
from typing import Final

from bot.types import Conversation, Work

PARTITIONS: Final = 16
"""Fixed: a conversation must be found where it was left. Spreads load over up to 16 cluster masters."""


def partitions() -> range:
    """All of them, for work that belongs to no one conversation."""
    return range(PARTITIONS)


_TAGS: Final = tuple(f"kefu:{{{partition:02d}}}" for partition in partitions())


def tag(partition: int) -> str:
    """What a partition's keys begin with."""
    return _TAGS[partition]


def partition(conversation: Conversation) -> int:
    """Where a conversation lives."""
    return of_name(str(conversation))


def of_name(conversation: str) -> int:
    """The same, of a conversation that is written out."""
    return zlib.crc32(conversation.encode()) % PARTITIONS


def schedule(number: int, work: Work) -> str:
    """The conversations of a partition that need this work, by when."""
    return f"{tag(number)}:schedule:{work}"


def line(number: int) -> str:
    """The tenants of a partition that have conversations ready."""
    return f"{tag(number)}:line"


def row(number: int, tenant: str) -> str:
    """Those of a tenant's conversations that are ready."""
    return f"{line(number)}:{tenant}"


def turns(number: int) -> str:
    """What the tenants of a partition had."""
    return f"{tag(number)}:turns"


def waiting(number: int) -> list[str]:
    """Where conversations stand while they wait for an answer, in the order in which the scripts name it."""
    return [schedule(number, Work.ANSWER), line(number), turns(number)]


def parked(number: int) -> str:
    """The conversations of a partition that wait for what is away."""
    return f"{tag(number)}:parked"


def fence(number: int) -> str:
    """A partition's counter of leases."""
    return f"{tag(number)}:fence"


def beginning(number: int, kind: str) -> str:
    """What the keys of this kind begin with, in front of the conversation: for scripts that choose one."""
    return f"{tag(number)}:{kind}:"


def journal(number: int) -> str:
    """A partition's journal."""
    return f"{tag(number)}:journal"


def opinions(number: int) -> str:
    """What the customers of a partition think of replies."""
    return f"{tag(number)}:opinions"


def undecodable(number: int) -> str:
    """What could not be read in a partition."""
    return f"{tag(number)}:undecodable"


def people(number: int) -> str:
    """The conversations of a partition that people have, by when the bot takes them back."""
    return f"{tag(number)}:people"


def bells(number: int) -> str:
    """Those that people should be told of, by when."""
    return f"{tag(number)}:bells"


def dead(number: int, tenant: str) -> list[str]:
    """What a tenant's conversations of a partition had to give up: since when, and what."""
    return [f"{tag(number)}:{kind}:{tenant}" for kind in ("dead", "letters")]
