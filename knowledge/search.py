"""The retriever: a question in, passages out, each with the probability that it is the answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from bot.errors import Refused, Unavailable
from bot.ports import Clock
from bot.types import Passage
from knowledge import by_words, lexical
from knowledge.codes import Named, with_named
from knowledge.embed import Embedder
from knowledge.evidence import Candidate, Witnesses
from knowledge.fuse import fuse
from knowledge.index import Found, Hit, Index
from knowledge.learn import CANDIDATES, Learned, decoded
from knowledge.likeness import Floats
from knowledge.normal import simplified
from knowledge.said_twice import as_one
from knowledge.shelves import Version
from knowledge.versions import Versions
from knowledge.words import NO_WORDS, Words

log = structlog.get_logger()

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_LOOK_AGAIN_S: Final = 60.0
"""Another worker may have learned anew."""


class Expert:
    """What was learned of a tenant's knowledge, at work."""

    def __init__(self, learned: Learned) -> None:
        self.codes = learned.codes
        """How its product codes look."""
        self._confidence = learned.confidence
        self._witnesses = Witnesses(learned.frequencies, learned.discernment)

    def judge(self, question: str, vector: Floats, found: Found, *, limit: int) -> list[Passage]:
        """The best of what was found. Their scores together are the probability that there is an answer."""
        evidence = self._witnesses.hear(question, vector, found)
        scores = self._confidence.scores(evidence, limit=limit)
        best = zip(evidence.candidates[:limit], scores, strict=True)
        return [_passage(candidate, score) for candidate, score in best]


@dataclass(frozen=True, slots=True)
class _Read:
    version: Version
    content: bytes | None
    expert: Expert | None
    at: float


class HybridRetriever:
    """`bot.ports.Retriever`: by meaning, by words, and by what was learned of the tenant's knowledge."""

    def __init__(
        self,
        embedder: Embedder,
        index: Index,
        versions: Versions,
        words: Mapping[str, Words] | None = None,
        clock: Clock = time.time,
    ) -> None:
        """`words`: tenants' own."""
        self._words = words or {}
        self._clock = clock
        self._embedder = embedder
        self._index = index
        self._versions = versions
        self._read: dict[str, _Read] = {}
        self._reading: dict[str, asyncio.Task[Expert | None]] = {}

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        """Best first. Asked in the shop's own words, too: what is surest counts. Raises Unavailable."""
        ways = self._words.get(tenant, NO_WORDS).ways(simplified(text))
        found = [await self._search(tenant, question, channel, limit) for question in ways]
        return max(found, key=_sure)

    async def _search(self, tenant: str, question: str, channel: str | None, limit: int) -> list[Passage]:
        try:
            (vector,) = await self._embedder.questions([question])
        except (Unavailable, Refused) as error:
            near = await self._by_words(tenant, question, channel, limit)
            if not near:
                raise Unavailable(str(error)) from error
            log.info("searched_by_words", tenant=tenant, reason=str(error))
            return near
        terms = lexical.of_question(question)
        look = partial(self._versions.search, tenant, channel=channel, limit=CANDIDATES)
        version, found = await look(vector.tolist(), terms)
        named = Named.of(question)
        if named:
            other, by_code = await look([], named.terms)
            found = with_named(found, by_code) if other == version else found  # of one version alone
        today = self._today()
        found = as_one(_of_today(found, today))
        expert = await self.expert(tenant, version) if version else None
        most = len(found.dense) + len(found.lexical) if named else limit
        if expert is None:  # not learned yet
            passages = fuse(question, found, limit=most)
        else:
            passages = expert.judge(question, vector, found, limit=most)
        if named:
            passages = named.judge(passages, found, expert.codes if expert else ())[:limit]
        edition = f"{version.shelf} {version.number} {version.at} {today}" if version else ""
        return [replace(passage, edition=edition) for passage in passages]

    async def _by_words(self, tenant: str, question: str, channel: str | None, limit: int) -> list[Passage]:
        """While the question can't be embedded. A product is known by its code, or not at all."""
        named = Named.of(question)
        if named and named.alike:
            return []
        terms = lexical.of_question(question)
        _, found = await self._versions.search(tenant, [], terms, channel=channel, limit=CANDIDATES)
        found = as_one(_of_today(found, self._today()))
        return by_words.passages(question, found.lexical, limit=limit)

    def _today(self) -> str:
        return datetime.fromtimestamp(self._clock(), _ZONE).date().isoformat()

    async def ping(self) -> None:
        """Raises Unavailable when a search would."""
        await self._index.ping()

    async def expert(self, tenant: str, version: Version) -> Expert | None:
        """None where nothing was learned that is of use. Raises Unavailable.

        It may take a second to read: those who come meanwhile wait for the same one.
        """
        read = self._read.get(tenant)
        if read and read.version == version and time.monotonic() - read.at < _LOOK_AGAIN_S:
            return read.expert
        reading = self._reading.get(tenant)
        if reading is None or reading.get_name() != _name(version):
            look = self._look(tenant, version, read)
            self._reading[tenant] = reading = asyncio.create_task(look, name=_name(version))
        return await asyncio.shield(reading)

    async def _look(self, tenant: str, version: Version, read: _Read | None) -> Expert | None:
        try:
            content = await self._index.learned(version.shelf)
            if read and content == read.content:
                expert = read.expert
            else:
                expert = await asyncio.to_thread(_expert, content, self._embedder.name)
            if self._is_mine(tenant):  # else it was learned anew meanwhile
                self._read[tenant] = _Read(version, content, expert, time.monotonic())
            return expert
        finally:
            if self._is_mine(tenant):
                del self._reading[tenant]

    def _is_mine(self, tenant: str) -> bool:
        return self._reading.get(tenant) is asyncio.current_task()

    def forget(self, tenant: str) -> None:
        """What was learned is to be read again."""
        self._read.pop(tenant, None)
        self._reading.pop(tenant, None)


def _name(version: Version) -> str:
    return f"learned {version.shelf} {version.number}"


def _expert(content: bytes | None, embedder: str) -> Expert | None:
    learned = decoded(content, embedder)
    return Expert(learned) if learned else None


def _sure(passages: list[Passage]) -> float:
    return passages[0].score if passages else 0.0


def _of_today(found: Found, day: str) -> Found:
    """Without what does not hold yet, or any more."""

    def kept(hits: list[Hit]) -> list[Hit]:
        return [hit for hit in hits if hit.scope.holds_on(day)]

    return Found(kept(found.dense), kept(found.lexical))


def _passage(candidate: Candidate, score: float) -> Passage:
    hit = candidate.hit
    return Passage(
        hit.item, hit.text, hit.title, hit.source, score, hit.is_faq, hit.scope.audience, codes=hit.codes
    )
