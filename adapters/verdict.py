"""What a platform's error code means to us: the row of a client's error table."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import Refused, Unavailable


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who acts next, and why."""

    error: type[Unavailable] | type[Refused]
    meaning: str
    """For the operator: what is wrong and, where they can mend it, how."""
    retry_after: float | None = None
    """Seconds, for an Unavailable."""

    def on(self, code: str) -> Unavailable | Refused:
        """The error to raise; `code` is the platform's name and its code, for looking up."""
        text = f"{code}: {self.meaning}"
        if issubclass(self.error, Unavailable):
            return self.error(text, retry_after=self.retry_after)
        return self.error(text)


def later(meaning: str, after: float) -> Verdict:
    """The same call may work in `after` seconds."""
    return Verdict(Unavailable, meaning, after)


def never(meaning: str) -> Verdict:
    """The same call will not work."""
    return Verdict(Refused, meaning)
