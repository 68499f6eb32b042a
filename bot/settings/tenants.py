"""The shops: who the bot is there, what it knows, what it may do."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from bot.settings.fields import (
    NAME_HELP,
    HostPattern,
    Name,
    OpenSpan,
    SecretUrl,
    Section,
    Side,
    Word,
    Zone,
)
from bot.settings.intents import IntentSettings
from bot.settings.secrets import Secret
from bot.settings.sources import FeedSettings, SiteSettings
from bot.settings.tools import ToolSettings
from bot.wording import (
    DEFAULT_GREETING,
    DEFAULT_NO_PEOPLE,
    DEFAULT_PERSONA,
    DEFAULT_REFUSAL,
    DEFAULT_REFUSAL_WITH_PEOPLE,
    WITHHELD,
    WITHHELD_WITH_PEOPLE,
)


class LimitSettings(Section):
    """What one customer may ask of a tenant."""

    text_chars: int = Field(1000, ge=10, le=20000, description="characters of one message, 10 to 20000")
    history_lines: int = Field(12, ge=0, le=100, description="lines of dialogue remembered, 0 to 100")
    conversation_minutes: float = Field(
        30.0,
        ge=0,
        le=1440,
        description="minutes of silence after which nothing said before is meant, up to 1440; 0 for none",
    )
    turns_per_minute: int = Field(
        20, ge=0, le=1000, description="answers for one customer in a minute, up to 1000; 0 for no limit"
    )
    turns_per_hour: int = Field(
        100, ge=0, le=10_000, description="answers for one customer in an hour, up to 10000; 0 for no limit"
    )
    quiet_ms: int = Field(
        800, ge=0, le=10_000, description="ms without another message until an answer is begun, 0 for none"
    )
    quiet_most_ms: int = Field(
        3000, ge=0, le=60_000, description="ms that the first of quick messages waits for others, up to 60000"
    )
    answer_cache_s: int = Field(
        3600,
        ge=0,
        le=604_800,
        description="seconds in which the same question gets the same answer, 0 for never, up to a week",
    )
    answer_cache_alike: bool = Field(
        False, description="true, if what surely asks the same in other words gets that answer, too"
    )
    while_answering: Literal["wait", "join"] = Field(
        "wait",
        description='"wait", or "join" to begin an answer anew with what is added: more work for the model',
    )
    busy_s: float = Field(
        15.0,
        ge=0,
        le=3600,
        description="seconds of waiting ahead that customers hear of, 0 for never",
    )
    overload_s: float = Field(
        120.0, ge=0, le=86_400, description="seconds of waiting from which the FAQ answers, 0 for never"
    )
    while_model_away: Literal["park", "line"] = Field(
        "park",
        description='"park" to answer when the model is back, or "line" to ask customers to write again',
    )
    park_hours: float = Field(
        12.0, ge=0.01, le=24, description="hours that a question waits for the model at most, up to 24"
    )
    tool_rounds: int = Field(
        3, ge=1, le=10, description="times that the model may call tools for one answer, 1 to 10"
    )
    tool_tokens: int = Field(
        600, ge=50, le=8000, description="tokens that the model gets of one tool's result, 50 to 8000"
    )
    answer_s: float = Field(60.0, ge=1, le=600, description="seconds for one answer in all, 1 to 600")

    @property
    def turn_s(self) -> float:
        """The longest that a turn can take: one answer, or two and the listening in between."""
        if self.while_answering == "wait":
            return self.answer_s
        return 2 * self.answer_s + self.quiet_most_ms / 1000


class PeopleSettings(Section):
    """The people behind the bot. A tenant without this table has none."""

    hours: list[OpenSpan] = Field(
        [],
        max_length=20,
        description='when they are there, as a list: ["mon-fri 09:00-18:00"]; empty: always',
    )
    timezone: Zone = Field("Asia/Shanghai", description="the hours' time zone, Asia/Shanghai")
    holidays: list[date] = Field(
        [], max_length=400, description='days on which nobody is there, as a list: ["2026-10-01"]'
    )
    timeout_minutes: float = Field(
        30.0, gt=0, le=1440, description="minutes without a person's word until the bot is back, up to 1440"
    )
    webhook: SecretUrl | None = Field(
        None, description="the address of a WeCom or DingTalk group robot, as env:NAME or file:PATH"
    )
    webhook_secret: Secret | None = Field(
        None, description="the SEC… of a DingTalk robot that wants signatures, as env:NAME or file:PATH"
    )
    on_complaint: Literal["person", "offer", "answer"] = Field(
        "person", description='"person", "offer" one beside an answer, or "answer" as ever: who complains'
    )
    on_abuse: Literal["person", "calm", "answer"] = Field(
        "calm", description='"person", "calm" line first, or "answer" as ever: who calls names'
    )
    offer_after: int = Field(
        2,
        ge=0,
        le=10,
        description="turns in a row without a good answer until a person is offered, 0 for never",
    )
    ask_rating: bool = Field(
        False, description="true, if customers are to be asked for a rating when a person is done"
    )
    show_words: bool = Field(False, description="true, if the group is to read what customers write")


def _refusal(read: dict[str, Any]) -> str:
    """By the fields above its own."""
    return DEFAULT_REFUSAL_WITH_PEOPLE if read.get("people") else DEFAULT_REFUSAL


def _withheld(read: dict[str, Any]) -> str:
    """As above."""
    return WITHHELD_WITH_PEOPLE if read.get("people") else WITHHELD


class TenantSettings(Section):
    """One shop or brand."""

    name: Name = Field(description=NAME_HELP)
    title: str = Field("", max_length=80, description="the shop's name as customers know it")
    people: PeopleSettings | None = Field(
        None, description="a table [tenants.people], if customers can be passed on to people"
    )
    persona: str = Field(
        DEFAULT_PERSONA, min_length=1, max_length=4000, description="who the bot is, up to 4000 characters"
    )
    greeting: str = Field(
        DEFAULT_GREETING, min_length=1, max_length=500, description="the first line, up to 500 characters"
    )
    refusal: str = Field(
        default_factory=_refusal,
        min_length=1,
        max_length=500,
        description="the line for what it can't answer",
    )
    no_people: str = Field(
        DEFAULT_NO_PEOPLE,
        min_length=1,
        max_length=500,
        description="the line for who asks for a person where there is none",
    )
    suggestions: list[str] = Field([], max_length=8, description="up to 8 questions to offer, as a list")
    knowledge: list[Path] = Field([], description='files or folders, as a list: ["faq.csv"]')
    sites: list[SiteSettings] = Field(
        [], max_length=20, description="[[tenants.sites]] with name and sitemap"
    )
    feeds: list[FeedSettings] = Field(
        [], max_length=50, description="[[tenants.feeds]] with name and url, or name, database and table"
    )
    tools: list[ToolSettings] = Field(
        [], max_length=30, description="[[tenants.tools]] with name, description and url"
    )
    words: dict[Word, Annotated[list[Word], Field(max_length=20)]] = Field(
        {},
        max_length=1000,
        description='a table [tenants.words] of words that mean the same: "七天无理由" = ["7天退换"]',
    )
    intents: list[IntentSettings] = Field(
        [], max_length=50, description="[[tenants.intents]] with name, examples and reply"
    )
    intents_by_model: bool = Field(
        False, description="true, if the model is asked what a customer is up to where that is open"
    )
    blocked_words: list[str] = Field([], max_length=10000, description="words never to be said, as a list")
    blocked_words_on: list[Side] = Field(
        ["in", "out"],
        description='where they count: ["in"] for customers\' words, ["out"] for answers, or both',
    )
    withheld: str = Field(
        default_factory=_withheld,
        min_length=1,
        max_length=500,
        description="the line in place of what must not be asked or said",
    )
    hosts: list[HostPattern] = Field(
        [],
        max_length=100,
        description='hosts that answers may link to, as a list: ["shop.example.com", "*.example.com"]',
    )
    faq_confidence: float = Field(
        0.35,
        ge=0,
        le=1,
        description="0 to 1: how probably right an FAQ entry must be to be sent as it stands",
    )
    direct_confidence: float = Field(
        1.0,
        ge=0,
        le=1,
        description="0 to 1: how probably right it must be to be sent without asking the model; 1 for never",
    )
    gap_days: int = Field(
        30,
        ge=0,
        le=365,
        description="days that questions without a good answer are kept for `kefu knowledge gaps`, 0 to 365",
    )
    next_questions: int = Field(
        0, ge=0, le=3, description="questions to offer behind an answer, up to 3; 0 for none"
    )
    check_answers: bool = Field(
        True, description="true to say nothing of numbers and policies that nothing bears out, or false"
    )
    weight: float = Field(
        1.0,
        ge=0.01,
        le=100,
        description="0.01 to 100: its share of turns while others wait, too, 1 for all alike",
    )
    limits: LimitSettings = Field(default_factory=LimitSettings, description="a table of limits")

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        """What one source gave must not be taken for another's."""
        names = [*(site.name for site in self.sites), *(feed.name for feed in self.feeds)]
        if len(set(names)) < len(names):
            raise ValueError("two of its sites and feeds have one name; give each its own")
        if len({tool.name for tool in self.tools}) < len(self.tools):
            raise ValueError("two of its tools have one name; give each its own")
        if len({intent.name for intent in self.intents}) < len(self.intents):
            raise ValueError("two of its intents have one name; give each its own")
        tools = {tool.name for tool in self.tools if tool.asks}
        if missing := [own.tool for own in self.intents if own.tool and own.tool not in tools]:
            raise ValueError(f"an intent's tool {missing[0]} must be one of its tools, with asks")
        return self
