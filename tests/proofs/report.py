"""A line of JSON for each figure, and whether it is what was wanted."""

from __future__ import annotations

import json


class Report:
    """Of one proof. `kept` is false once a figure was not what was wanted."""

    def __init__(self, proof: str) -> None:
        self._proof = proof
        self.kept = True

    def tell(
        self, measure: str, value: float, unit: str, *, least: float | None = None, most: float | None = None
    ) -> None:
        """Print it. Without a bound it is something to know, and nothing to keep."""
        line: dict[str, object] = {"proof": self._proof, "measure": measure, "value": round(value, 4)}
        line["unit"] = unit
        if least is not None or most is not None:
            kept = (least is None or value >= least) and (most is None or value <= most)
            self.kept &= kept
            line |= {"wanted": _wanted(least, most), "kept": kept}
        print(json.dumps(line, ensure_ascii=False), flush=True)


def _wanted(least: float | None, most: float | None) -> str:
    if least == most:
        return f"{least:g}"
    return " and ".join(
        f"{sign} {bound:g}" for sign, bound in (("≥", least), ("≤", most)) if bound is not None
    )
