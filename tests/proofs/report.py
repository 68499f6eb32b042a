"""A line of JSON for each figure, and whether it is what was wanted."""

from __future__ import annotations

import json


class Report:
    """Of one proof."""

    def __init__(self, proof: str) -> None:
        self._proof = proof
        self._wanted = 0
        self._missed: list[str] = []

    @property
    def kept(self) -> bool:
        """False once a figure was not what was wanted."""
        return not self._missed

    def tell(
        self, measure: str, value: float, unit: str, *, least: float | None = None, most: float | None = None
    ) -> None:
        """Print it. Without a bound it is something to know, and nothing to keep."""
        line: dict[str, object] = {"proof": self._proof, "measure": measure, "value": round(value, 4)}
        line["unit"] = unit
        if least is not None or most is not None:
            kept = (least is None or value >= least) and (most is None or value <= most)
            self._wanted += 1
            self._missed += [] if kept else [measure]
            line |= {"wanted": _wanted(least, most), "kept": kept}
        _print(line)

    def conclude(self) -> int:
        """Print the verdict: a line for each figure that was not what was wanted, then one in all.

        The exit code.
        """
        for measure in self._missed:
            _print({"proof": self._proof, "missed": measure})
        _print({"proof": self._proof, "wanted": self._wanted, "missed": len(self._missed), "kept": self.kept})
        return 0 if self.kept else 1


def _print(line: dict[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


def _wanted(least: float | None, most: float | None) -> str:
    if least == most:
        return f"{least:g}"
    return " and ".join(
        f"{sign} {bound:g}" for sign, bound in (("≥", least), ("≤", most)) if bound is not None
    )
