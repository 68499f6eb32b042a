"""A gateway with more calls than it has processor for turns those away that it would answer too late.

A platform hangs up after seconds and sends again. Who works on what came in too long ago answers nobody, and
is as late for whoever comes next. How late we are the kernel knows: since when a call has been here, in the
line of new connections or in its socket's buffer, before we got round to it. The rest of its way takes as
long as it took those who went before, and at least as long again as it has waited.
"""

from __future__ import annotations

import math
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from aiohttp import web

from adapters import metrics
from bot.errors import Unavailable
from bot.ports import Clock

log = structlog.get_logger()

WITHIN_S: Final = 2.0
"""DingTalk gives up after 2.5 s (its resource advice), WeCom after 5 (doc 90238)."""
_SHARE: Final = 0.1
"""Of what is usual that the newest makes: some ten calls."""
_USUAL_FOR_S: Final = 1.0
_FEW: Final = 8
"""In hand: with no more than that, one that was slow says nothing of the next."""
_TELL_EVERY_S: Final = 10.0
_LAST_DATA_RECV: Final = 52
"""Where `struct tcp_info` (linux/tcp.h) has the milliseconds since a connection brought something."""


class Late(Unavailable):
    """A call that would be answered when nobody waits for it any more."""


class Overload:
    """Of one gateway."""

    def __init__(self, *, within_s: float = WITHIN_S, clock: Clock = time.monotonic) -> None:
        """`within_s`: from a call's arrival to its answer."""
        self._within_s = within_s
        self._clock = clock
        self._usual = 0.0
        """Seconds from getting round to a call to its answer."""
        self._usual_at = -math.inf
        self._in_hand = 0
        self._told_at = -math.inf
        self._untold = 0

    def check(self, waited: float) -> None:
        """Raises Late for a call that we get round to after so many seconds, if its answer would be."""
        now = self._clock()
        behind_others = self._in_hand > _FEW and now - self._usual_at < _USUAL_FOR_S
        usual = self._usual if behind_others else 0.0
        if waited + max(waited, usual) <= self._within_s:
            return
        metrics.TURNED_AWAY.inc()
        self._untold += 1
        if now - self._told_at > _TELL_EVERY_S:  # a line for each would make us later still
            log.warning("callbacks_turned_away", number=self._untold)
            self._told_at, self._untold = now, 0
        raise Late("more comes in than can be answered in time")

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Around the rest of a call's way. Its body is here: a caller who brings one slowly is no load."""
        began = self._clock()
        self._in_hand += 1
        try:
            yield
        finally:
            self._in_hand -= 1
            now = self._clock()
            share = _SHARE if now - self._usual_at < _USUAL_FOR_S else 1.0
            self._usual += (now - began - self._usual) * share
            self._usual_at = now


def waited(request: web.Request) -> float:
    """Seconds since the last of it arrived; endless when its caller has hung up; 0 where no kernel tells."""
    if request.transport is None or request.transport.is_closing():
        return math.inf
    connection = request.transport.get_extra_info("socket")
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_DATA_RECV + 4)
        (milliseconds,) = struct.unpack_from("=I", told, _LAST_DATA_RECV)
    except (AttributeError, OSError, struct.error):  # no Linux, no TCP
        return 0.0
    return float(milliseconds) / 1000
