"""Signed visitor sessions: a token that says which channel and which visitor, and that we gave it."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from bot.errors import BadSignature
from bot.ports import Clock

_SALT: Final = "kefu.webchat.session"
_ID_BYTES: Final = 16
_TOKEN: Final = re.compile(r"[A-Za-z0-9_.-]+")
"""The signer also reads + for - and / for _, and can't even encode what a header brings beyond ASCII."""


@dataclass(frozen=True, slots=True)
class Session:
    """One visitor of one channel. Whoever holds the token is that visitor."""

    id: str
    token: str = field(repr=False)


class Sessions:
    """Opens and verifies the sessions of one channel."""

    def __init__(self, key: str, *, channel: str, hours: float, clock: Clock) -> None:
        signing = {"digest_method": hashlib.sha256, "clock": clock}
        self._serializer = URLSafeTimedSerializer(key, _SALT, signer=_Signer, signer_kwargs=signing)
        self._channel = channel
        self._life = hours * 3600
        self._clock = clock

    def open(self, id_: str = "") -> Session:
        """A session for a customer whom the shop knows, or a stranger's with an id that can't be guessed."""
        session = id_ or secrets.token_urlsafe(_ID_BYTES)
        return Session(session, self._serializer.dumps([self._channel, session]))

    def verify(self, token: str) -> str:
        """The session id in a token that we signed for this channel and that is still alive.

        Raises BadSignature.
        """
        if not _TOKEN.fullmatch(token):
            raise BadSignature("the session token is not valid")
        try:
            (channel, session), opened = self._serializer.loads(token, return_timestamp=True)
        except (BadData, TypeError, ValueError) as error:
            raise BadSignature("the session token is not valid") from error
        if channel != self._channel:
            raise BadSignature("the session token belongs to another channel")
        # Not by `max_age`, which refuses a token from a replica whose clock is a second ahead.
        if self._clock() - opened.timestamp() > self._life:
            raise BadSignature("the session has expired")
        return str(session)


class _Signer(TimestampSigner):
    def __init__(self, *args: Any, clock: Clock, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock())
