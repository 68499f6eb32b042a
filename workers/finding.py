"""What a look at one part found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One part's health: `text` says what is wrong and the mend, or what was seen."""

    part: str
    well: bool
    text: str
    is_off: bool = False
    """True where nothing is wrong, and nothing works now either: a simulated platform that does not run."""
