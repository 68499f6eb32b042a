"""Puts the core's pieces together, once for each process."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bot.errors import Misconfigured
from bot.model.gauge import Gauge, is_near
from bot.model.server import Server
from bot.model.servers import ModelServers
from bot.ports import Clock
from bot.settings import ModelSettings, Settings, TenantSettings
from bot.store.alike import RedisAlikeAnswers
from bot.store.answers import RedisAnswers
from bot.store.bases import RedisBases
from bot.store.dead import RedisDeadLetters
from bot.store.embeddings import RedisEmbeddings
from bot.store.feed import RedisFeed
from bot.store.gaps import RedisGaps
from bot.store.greetings import RedisGreetings
from bot.store.inbox import RedisInbox
from bot.store.journal import RedisJournal
from bot.store.leases import RedisLeases
from bot.store.line import RedisLine
from bot.store.marks import RedisMarks
from bot.store.missed import RedisMissed
from bot.store.opinions import RedisOpinions
from bot.store.outbox import RedisOutbox
from bot.store.pace import paces
from bot.store.parking import RedisParking
from bot.store.people import RedisPeople
from bot.store.presence import Presence
from bot.store.pulls import RedisPulls
from bot.store.rates import RedisRates
from bot.store.redis import Client, connect
from bot.store.schedule import RedisSchedule
from bot.store.streams import RedisStreams
from bot.store.summaries import RedisSummaries
from bot.store.tokens import RedisTokens
from bot.store.waits import RedisWaits

if TYPE_CHECKING:
    from bot.model.openai_moderator import OpenAIModerator
    from bot.model.openai_transcriber import OpenAITranscriber

WORKERS = "worker"


@dataclass(frozen=True, slots=True)
class Stores:
    """Every port on Redis, over one client."""

    client: Client
    inbox: RedisInbox
    line: RedisLine
    waits: RedisWaits
    parking: RedisParking
    outbox: RedisOutbox
    letters: RedisDeadLetters
    greetings: RedisGreetings
    people: RedisPeople
    missed: RedisMissed
    journal: RedisJournal
    bases: RedisBases
    summaries: RedisSummaries
    opinions: RedisOpinions
    pulls: RedisPulls
    leases: RedisLeases
    schedule: RedisSchedule
    feed: RedisFeed
    streams: RedisStreams
    marks: RedisMarks
    answers: RedisAnswers
    alike: RedisAlikeAnswers
    gaps: RedisGaps
    embeddings: RedisEmbeddings
    rates: RedisRates
    tokens: RedisTokens
    workers: Presence

    @classmethod
    def over(cls, client: Client, settings: Settings) -> Self:
        """All of them over this client."""
        life = settings.worker.lease_s
        return cls(
            client,
            RedisInbox(client, paces(settings.tenants), life=life),
            RedisLine(client, life=life),
            RedisWaits(client),
            RedisParking(client),
            RedisOutbox(client, life=life),
            RedisDeadLetters(client, [tenant.name for tenant in settings.tenants]),
            RedisGreetings(client),
            RedisPeople(client),
            RedisMissed(client),
            RedisJournal(client),
            RedisBases(client),
            RedisSummaries(client),
            RedisOpinions(client),
            RedisPulls(client),
            RedisLeases(client, life=life),
            RedisSchedule(client),
            RedisFeed(client),
            RedisStreams(client),
            RedisMarks(client),
            RedisAnswers(client),
            RedisAlikeAnswers(client),
            RedisGaps(client),
            RedisEmbeddings(client),
            RedisRates(client),
            RedisTokens(client),
            Presence(client, WORKERS),
        )

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """All of them where the settings say. Connects on first use. Raises Misconfigured."""
        return cls.over(connect(redis_url(settings)), settings)

    async def close(self) -> None:
        """Let go of connections."""
        await self.feed.close()
        await self.client.aclose()


def redis_url(settings: Settings) -> str:
    """Where Redis is: as configured, or where `kefu up` noted its embedded one. Raises Misconfigured."""
    if settings.redis.url:
        return settings.redis.url
    try:
        return embedded_note(settings).read_text(encoding="utf-8").strip()
    except OSError:
        raise Misconfigured(
            [f"redis.url: is empty, and no `kefu up` runs on {settings.data_dir}; start one or the other"]
        ) from None


def embedded_note(settings: Settings) -> Path:
    """The file in which `kefu up` notes the embedded store's address (with its password: mode 600)."""
    return settings.data_dir / "run" / "redis.url"


def tenants_of(settings: Settings) -> Mapping[str, TenantSettings]:
    """By name."""
    return {tenant.name: tenant for tenant in settings.tenants}


def build_model(settings: Settings, *, clock: Clock = time.monotonic) -> ModelServers | None:
    """The chat model on its servers; None means FAQ mode. One that `kefu up` serves is starting at first.

    `clock`: what tells how long they take.
    """
    each = settings.model.each
    if not each:
        return None
    from bot.model.openai_chat import OpenAIModel  # its client takes half a second to load

    return ModelServers(
        Server(
            name,
            OpenAIModel(own),
            most=own.max_in_flight,
            slow_s=own.timeout_s / 2,
            gauge=_gauge(own),
            starting=bool(own.serve),
            clock=clock,
        )
        for name, own in each.items()
    )


def _gauge(own: ModelSettings) -> Gauge | None:
    """A far server's metrics are nobody's business but its owner's."""
    wanted = {"near": is_near(own.base_url), "always": True, "never": False}[own.read_load]
    return Gauge(own.base_url) if wanted else None


def build_transcriber(settings: Settings) -> OpenAITranscriber | None:
    """What writes down voice messages; None where no server is configured for it."""
    if not settings.transcription.base_url:
        return None
    from bot.model.openai_transcriber import OpenAITranscriber  # as above

    return OpenAITranscriber(settings.transcription)


def build_moderator(settings: Settings) -> OpenAIModerator | None:
    """What judges texts; None where no server is configured for it."""
    if not settings.moderation.base_url:
        return None
    from bot.model.openai_moderator import OpenAIModerator  # as above

    return OpenAIModerator(settings.moderation)
