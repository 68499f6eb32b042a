"""Errors, by who acts next.

    KefuError
    ├── Misconfigured        the operator: a setting is wrong, and the text says how to mend it
    ├── Rejected             the caller: their request was wrong (HTTP 4xx)
    │   ├── BadSignature     401
    │   ├── BadRequest       400
    │   ├── NotFound         404
    │   ├── TooLarge         413
    │   └── TooMany          429
    ├── Unavailable          we: try again later
    │   ├── NoRoom           we: work off what waits before more is taken in
    │   ├── LeaseLost        we: drop the work at hand, another worker has the conversation
    │   ├── Throttled        we: call no more for a while, whatever the call is about
    │   ├── Away             we: once it is back; the customer can wait for it
    │   ├── Held             we: come back when it is time; nothing was tried
    │   ├── Busy             we: give it less at once; it is well, and has too much to do
    │   ├── Unusable         we: ask elsewhere; it is well, and this one answer is none
    │   └── Hurried          we: take more time; it had too little to show how it is
    └── Refused              nobody: it is final

A message is written for its reader and never holds a secret or a customer's words.
"""

from __future__ import annotations

from typing import ClassVar


class KefuError(Exception):
    """The root of every error that Kefu raises on purpose."""


class Misconfigured(KefuError):
    """One or more settings are wrong. Each problem is a line: the key, what is wrong, what to write."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Rejected(KefuError):
    """The caller's request can't be taken as it is."""

    status: ClassVar[int] = 400
    name: ClassVar[str] = "bad_request"


class BadRequest(Rejected):
    """The body or a parameter is not what the route expects."""


class BadSignature(Rejected):
    """The caller did not prove who they are."""

    status = 401
    name = "bad_signature"


class NotFound(Rejected):
    """There is nothing under this address."""

    status = 404
    name = "not_found"


class TooLarge(Rejected):
    """The request is over the size limit."""

    status = 413
    name = "too_large"


class TooMany(Rejected):
    """The caller should slow down."""

    status = 429
    name = "too_many"


class Unavailable(KefuError):
    """Something we depend on can't do it now; the same call may work later.

    `retry_after` is in seconds, when the other side named a time.
    """

    def __init__(self, text: str, *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class NoRoom(Unavailable):
    """The store is full, or nearly: it can still be emptied, and must be before more comes in."""


class LeaseLost(Unavailable):
    """The lease ran out while we worked; whatever we had must not be written."""


class Throttled(Unavailable):
    """The other side takes no more calls of ours for a while, whatever they are about."""


class Held(Unavailable):
    """Nothing was tried, as its time has not come: no failure, and no attempt."""


class Away(Unavailable):
    """Nothing but what is away can answer this, and it can wait. `tried`: it was asked, and failed."""

    def __init__(self, text: str, *, tried: bool) -> None:
        super().__init__(text)
        self.tried = tried


class Busy(Unavailable):
    """The other side is well, and has too much to do."""


class Unusable(Unavailable):
    """The other side is well; what it said this time can't be used."""


class Hurried(Unavailable):
    """Our own time ran out so soon that it says nothing of the other side."""


class Refused(KefuError):
    """The other side said no, and would say no again."""
