"""What the workers count, for their own metrics port."""

from __future__ import annotations

from functools import cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from bot.types import Checked, Outcome, ToolEnd, ToolUse, Turn

TURNS: Final = Counter("kefu_turns_total", "Turns, by how they ended", ["tenant", "outcome"])
_INTENTS: Final = Counter("kefu_intents_total", "What customers were up to", ["tenant", "intent"])
_RECALLED: Final = Counter(
    "kefu_answers_recalled_total",
    "Looks for an earlier answer, by what they brought: exact, alike, missed",
    ["tenant", "kind"],
)
_TURN_SECONDS: Final = Histogram(
    "kefu_turn_step_seconds",
    "Time in each pipeline step",
    ["step"],
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
_TOOLS: Final = Counter(
    "kefu_tool_calls_total", "Calls of tools, by how they ended", ["tenant", "tool", "end"]
)
_TOOL_SECONDS: Final = Histogram(
    "kefu_tool_seconds",
    "Time in each call of a tool",
    ["tenant", "tool"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
_CHECKED: Final = Counter("kefu_answers_checked_total", "Answers of the model that were checked", ["tenant"])
_UNBORNE: Final = Counter(
    "kefu_answers_unborne_total", "Answers that nothing bore out, by what was wrong", ["tenant", "fault"]
)
_AGAIN: Final = Counter(
    "kefu_answers_asked_again_total", "Answers that the model was asked for again", ["tenant"]
)
_UNSAID: Final = Counter("kefu_answers_not_said_total", "Answers that were not said, as unborne", ["tenant"])
_WITHHELD: Final = Counter(
    "kefu_withheld_total",
    "Questions (in) and answers (out) that got a courteous line instead",
    ["tenant", "side", "why"],
)
JOINED: Final = Counter(
    "kefu_turns_joined_total", "Answers begun anew, as the customer added something", ["tenant"]
)
PASSED_ON: Final = Counter(
    "kefu_messages_passed_on_total", "Messages for people who had the conversation", ["tenant"]
)
TAKEN_BACK: Final = Counter(
    "kefu_conversations_taken_back_total", "Conversations that the bot has again after a person's time"
)
TELLINGS: Final = Counter("kefu_tellings_total", "Messages to groups of people, by how it went", ["result"])
ALERTS: Final = Counter("kefu_alerts_total", "Messages to those who run Kefu, by how it went", ["result"])
TOLD_TO_WAIT: Final = Counter(
    "kefu_told_to_wait_total",
    "Customers who heard that it takes a while, and how many are before them",
    ["tenant"],
)
SPARED: Final = Counter(
    "kefu_turns_spared_total", "Turns answered without the model, as too many waited", ["tenant", "outcome"]
)
PARKED: Final = Counter("kefu_turns_parked_total", "Turns that began to wait for the model", ["tenant"])
UNPARKED: Final = Counter(
    "kefu_turns_unparked_total",
    "Turns that had waited for the model, by how they ended",
    ["tenant", "outcome"],
)
PUT_BACK: Final = Counter("kefu_turns_put_back_total", "Turns that did not work out and wait for another try")
DELIVERIES: Final = Counter(
    "kefu_deliveries_total", "Replies, by how their delivery ended", ["channel", "state"]
)
POSTPONED: Final = Counter("kefu_deliveries_postponed_total", "Sends to be tried again", ["channel"])
HELD: Final = Counter(
    "kefu_deliveries_held_total", "Sends that wait for their turn, or for a platform that works", ["channel"]
)
SWEPT: Final = Counter("kefu_swept_total", "Conversations that the sweeper had to wake", ["work"])
MEDIA_BYTES: Final = Gauge("kefu_media_bytes", "Pictures and voice messages kept in data_dir")
SUMMARIES: Final = Counter("kefu_summaries_total", "Summaries of long conversations", ["result"])
IN_WORK: Final = Gauge("kefu_turns_in_work", "Turns being answered by this process")
PART_OK: Final = Gauge("kefu_part_ok", "1 while a part that the worker depends on is well, else 0", ["part"])
DEGRADED: Final = Gauge("kefu_degraded", "1 while answers are made in this lesser way, else 0", ["step"])
MODEL_CALLS: Final = Gauge("kefu_model_calls", "Calls under way at a model server", ["server"])
MODEL_WINDOW: Final = Gauge("kefu_model_window", "Calls that may be under way there", ["server"])
MODEL_WAITING: Final = Gauge("kefu_model_waiting", "Requests that wait in the server itself", ["server"])
MODEL_CACHED: Final = Gauge(
    "kefu_model_prefix_cached_ratio", "Of the prompts' tokens, those that its prefix cache had", ["server"]
)


def turn_ended(tenant: str, outcome: Outcome, *, parked: bool) -> None:
    """Count how; `parked`: it had waited for the model."""
    TURNS.labels(tenant, outcome.value).inc()
    if parked:
        UNPARKED.labels(tenant, outcome.value).inc()


def turn_took(turn: Turn) -> None:
    """Note what it was about, how long its steps and tools took, how its answer fared, what was withheld."""
    for step, seconds in turn.trail.items():
        _of_step(step).observe(seconds)
    if turn.intent:
        _INTENTS.labels(turn.conversation.tenant, turn.intent).inc()
    if turn.recalled:
        _RECALLED.labels(turn.conversation.tenant, turn.recalled.value).inc()
    for use in turn.tool_calls:
        _tool_took(turn.conversation.tenant, use)
    if turn.checked:
        _was_checked(turn.conversation.tenant, turn.checked)
    if turn.withheld:
        side = "out" if turn.draft else "in"
        _WITHHELD.labels(turn.conversation.tenant, side, turn.withheld).inc()


def _was_checked(tenant: str, checked: Checked) -> None:
    _CHECKED.labels(tenant).inc()
    for fault in checked.faults:
        _UNBORNE.labels(tenant, fault).inc()
    _AGAIN.labels(tenant).inc(checked.again)
    _UNSAID.labels(tenant).inc(checked.withheld)


def _tool_took(tenant: str, use: ToolUse) -> None:
    """A name that a model made up is no label."""
    if use.end is not ToolEnd.WRONG:
        _TOOL_SECONDS.labels(tenant, use.name).observe(use.seconds)
    _TOOLS.labels(tenant, use.name if use.end is not ToolEnd.WRONG else "", use.end.value).inc()


@cache
def _of_step(step: str) -> Histogram:
    """Looked up once: finding its label takes as long as noting it."""
    return _TURN_SECONDS.labels(step)
