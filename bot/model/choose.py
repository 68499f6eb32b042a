"""Which server gets a call: a pure function."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from bot.model.server import Server

_BANDS: Final = 8
"""Loads within an eighth of the window count as equal."""


def choose(servers: Iterable[Server], prefix: str, *, background: bool = False) -> Server | None:
    """The one with the least to do, of those that have a place; None where none has.

    Among equals, always the same for a prompt's beginning: its prefix cache has it. By rendezvous hashing, so
    that a server which comes or goes moves no other's prompts.
    """
    free = [server for server in servers if server.usable and server.has_place(background=background)]
    return min(free, key=lambda server: (*_load(server), _rank(server.name, prefix)), default=None)


def _load(server: Server) -> tuple[int, int]:
    """Ours first; then what others have waiting there."""
    return (
        server.in_flight * _BANDS // server.window.size,
        server.load.waiting * _BANDS // (server.load.running + 1) if server.load else 0,
    )


def _rank(name: str, prefix: str) -> bytes:
    return blake2b(f"{name}\x00{prefix}".encode(errors="replace"), digest_size=8).digest()
