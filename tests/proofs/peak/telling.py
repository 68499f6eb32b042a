"""What was seen of the peak, and what of it was wanted."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.proofs.figures import quantile
from tests.proofs.load.plan import Outcome, Sent
from tests.proofs.peak import shops
from tests.proofs.peak.fairness import off, shares
from tests.proofs.report import Report

_QUIET_S: Final = 0.8
"""In which a customer is listened to before their turn comes: `quiet_ms`, as nothing else is configured."""
_BYTES_A_MESSAGE: Final = 1200
_GROWTH: Final = 1.5
_FAR_UNDER_MS: Final = 2500.0
"""Half of what WeCom gives, and what DingTalk does."""
_UNFAIR: Final = 0.1


@dataclass(frozen=True, slots=True)
class Moment:
    """What had been used up to it."""

    bytes: int
    """Of the store's memory."""
    rewrites: int
    """Of the store's log, so far."""
    processor: Mapping[str, float]
    """Seconds, by process of the house."""
    machine: float
    """Seconds of all processors, by everything that runs here but the load generator and this process."""
    at: float


@dataclass(frozen=True, slots=True)
class Doors:
    """What they bear."""

    rate: float
    """Messages a second that they acknowledge."""
    answered: float
    """Messages a second meanwhile."""


@dataclass(frozen=True, slots=True)
class Flood:
    """What was seen of the peak."""

    outcome: Outcome
    answered: tuple[tuple[float, str], ...]
    """When, and who; oldest first."""
    answered_then: int
    """When the last message had arrived."""
    before: Moment
    then: Moment
    after: Moment
    drained_s: float


def tell_doors(report: Report, outcome: Outcome) -> None:
    sent = sorted(outcome.sent, key=lambda one: one.due)
    tenth = len(sent) // 10
    taken = sum(one.status == 200 for one in sent)
    report.tell("arrived", len(sent) / sent[-1].due, "messages/s, open loop")
    report.tell("acknowledged", taken, "messages, at the first try", least=len(sent))
    for status, count in sorted(Counter(one.status for one in sent if one.status != 200).items()):
        report.tell(f"not_acknowledged_{status}", count, "messages; 0: no answer within 5 s, or hung up")
    p99_ms = quantile([one.seconds for one in sent], 0.99) * 1000
    report.tell("acknowledged_p99", p99_ms, "ms since it was due", most=_FAR_UNDER_MS)
    report.tell("acknowledged_max", max(one.seconds for one in sent) * 1000, "ms since it was due")
    report.tell("generator_late_p99", quantile([one.late for one in sent], 0.99) * 1000, "ms")
    p99 = []
    worst = max(sent, key=lambda one: one.seconds)
    report.tell("acknowledged_worst_at", worst.due / sent[-1].due, "of the flood's length")
    for name, some in (("first", sent[:tenth]), ("last", sent[-tenth:])):
        p99.append(_tell_tenth(report, name, some))
    report.tell("acknowledged_p99_growth", p99[1] / p99[0], "last tenth ÷ first", most=_GROWTH)


def _tell_tenth(report: Report, name: str, sent: Sequence[Sent]) -> float:
    seconds = [one.seconds for one in sent]
    for figure, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
        measure = f"acknowledged_{figure}_{name}_tenth"
        report.tell(measure, quantile(seconds, share) * 1000, "ms since it was due")
    return quantile(seconds, 0.99)


def tell_store(report: Report, flood: Flood) -> None:
    """What an answered message leaves behind (its mark, the dialogue) is no part of what a waiting one takes;
    and what was not taken in takes nothing."""
    stored = len({who for _, who in flood.answered})
    left = (flood.after.bytes - flood.before.bytes) / stored
    waiting = stored - flood.answered_then
    taken = (flood.then.bytes - flood.before.bytes - left * flood.answered_then) / waiting
    report.tell("waiting", waiting, "messages when the last one had arrived")
    report.tell("text", flood.outcome.text_bytes, "bytes/message")
    measure = "store_bytes_beyond_text"
    report.tell(measure, taken - flood.outcome.text_bytes, "bytes/waiting message", most=_BYTES_A_MESSAGE)
    report.tell("store_rewrites", flood.then.rewrites - flood.before.rewrites, "of its log meanwhile")
    report.tell("store_bytes_left_behind", left, "bytes/answered message")


def tell_answers(report: Report, flood: Flood, messages: int) -> None:
    times = Counter(who for _, who in flood.answered)
    report.tell("answered", len(times), "messages, drained completely", least=messages)
    report.tell("answered_twice", sum(count > 1 for count in times.values()), "messages", most=0)
    arrived = flood.outcome.started_at + max(one.done for one in flood.outcome.sent)
    begun = flood.outcome.started_at + (arrived - flood.outcome.started_at) / 10
    paced = sum(begun <= at <= arrived for at, _ in flood.answered) / (arrived - begun)
    report.tell("answered_while_arriving", paced, "messages/s")
    report.tell("drained", flood.drained_s, "s after the last one arrived, with the model sped up")
    answered = [(at, shops.tenant_of(who)) for at, who in flood.answered]
    ready = [
        (flood.outcome.started_at + one.done + _QUIET_S, one.channel)
        for one in flood.outcome.sent
        if one.status == 200
    ]
    got = shares(ready, answered)
    for tenant, by in off(got, shops.WEIGHTS):
        unit = f"share ÷ its due - 1; weight {shops.WEIGHTS[tenant]:g}"
        report.tell(f"unfair_to_{tenant}", by, unit, least=-_UNFAIR, most=_UNFAIR)


def tell_processor(report: Report, flood: Flood, messages: int) -> None:
    """The gateway has no part in the draining, and a tenth of the messages were answered while they arrived."""
    before, then = flood.before, flood.then
    ours = sum(then.processor.values()) - sum(before.processor.values()) + flood.outcome.processor
    others = (then.machine - before.machine - ours) / (then.at - before.at)
    report.tell("others", others, f"of {os.cpu_count()} processors went to who has no part in this")
    report.tell("generator_processor", flood.outcome.processor / messages * 1e6, "µs/message")
    for name, start in flood.before.processor.items():
        arriving = (flood.then.processor[name] - start) / messages
        whole = (flood.after.processor[name] - start) / messages
        report.tell(f"{name}_processor_arriving", arriving * 1e6, "µs/message that arrived")
        report.tell(f"{name}_processor", whole * 1e6, "µs/message, from arrival to reply")
