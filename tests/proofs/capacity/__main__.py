"""`make capacity`: what a set-up bears, by the formulas of docs/scaling.md and by simulating it.

Nothing is measured here: costs are given, or are those that were measured on the machine of docs/scaling.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from typing import Final

from tests.proofs.capacity import formulas
from tests.proofs.capacity.plant import Plant
from tests.proofs.capacity.simulation import Simulation
from tests.proofs.figures import quantile
from tests.proofs.report import Report

_WARM_UP: Final = 5.0
"""Turns one after the other, until the set-up is as full as it gets."""


def run(plant: Plant, *, rate: float, span: float, seed: int) -> None:
    """Print all of it."""
    report = Report("capacity")
    for part, most in formulas.bears(plant).items():
        report.tell(f"{part} bear", most, "messages/s, by formula")
    part, most = formulas.first(plant)
    report.tell("all bear", most, f"messages/s, by formula; full first: {part}")
    lasts = formulas.held(plant, formulas.active(plant, rate))
    report.tell("a turn lasts", lasts, "s, by formula")
    report.tell("under way", min(rate, most) * lasts, "turns, by Little's law")
    simulation = Simulation(plant, rate=rate, seed=seed, warm_up=_WARM_UP * lasts)
    simulation.run(span)
    seen, used = simulation.seen, simulation.used()
    report.tell("arrived", rate, "messages/s")
    report.tell("answered", seen.ended / span, "messages/s, simulated")
    report.tell("answered ÷ formula", seen.ended / span / min(rate, most), "simulated ÷ the lesser of both")
    report.tell("waiting", simulation.waiting, "messages in the end that nobody has taken up")
    report.tell("inside", seen.inside / span, "messages on average")
    for name, times in (("acknowledged", seen.acknowledged), ("replied", seen.answered)):
        for share in (0.5, 0.99) if times else ():
            report.tell(f"{name} p{share * 100:.0f}", quantile(times, share), "s, simulated")
    for part, share in used.items():
        report.tell(f"{part} busy", share, "of the time, simulated")


def main() -> int:
    """The exit code."""
    arguments = argparse.ArgumentParser(prog="make capacity")
    arguments.add_argument("--rate", type=float, default=10.0, help="messages a second")
    arguments.add_argument("--span", type=float, default=60.0, help="seconds to simulate")
    arguments.add_argument("--seed", type=int, default=1)
    for value in dataclasses.fields(Plant):
        arguments.add_argument(f"--{value.name}", type=type(value.default), default=value.default)
    given = vars(arguments.parse_args())
    own = {name: given.pop(name) for name in [value.name for value in dataclasses.fields(Plant)]}
    run(Plant(**own), **given)
    return 0


if __name__ == "__main__":
    sys.exit(main())
