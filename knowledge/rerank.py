"""A second look at what a search found: a model that reads question and passage together puts them in order.

It decides the order and nothing more. How sure a passage is was told by the search, which was fitted to the
knowledge; a reranker's figures mean something else with each model. And no customer waits for a reranker
that is away or slow: the search's own order will do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import aiohttp
import msgspec
import structlog

from bot.breaker import Breaker
from bot.errors import Unavailable
from bot.ports import Retriever
from bot.settings import RerankSettings
from bot.types import Passage

log = structlog.get_logger()

CANDIDATES: Final = 20
"""That it looks at: what it puts first is seldom further down."""
_CERTAIN: Final = 0.95
"""What the search is so sure of stays first: a product that was named by its code, above all."""
_CHARS: Final = 2000
"""Of a passage."""
_MAX_ANSWER_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Result:
    index: int
    relevance_score: float


@dataclass(frozen=True, slots=True)
class _Answer:
    results: list[_Result]


class Reranker:
    """A model behind `/v1/rerank`, as Jina defined it and vLLM serves it (vLLM docs, "Re-rank API")."""

    def __init__(self, settings: RerankSettings) -> None:
        self.breaker = Breaker("the reranker", Unavailable)
        self._url = f"{settings.base_url.rstrip('/')}/rerank"
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def order(self, question: str, texts: Sequence[str]) -> list[int]:
        """Positions of the texts, what fits best first; each once. Raises Unavailable."""
        with self.breaker.call():
            try:
                results = await self._ask(question, texts)
            except TimeoutError:
                raise Unavailable(f"the reranker took longer than {self._settings.timeout_s:g} s") from None
            except aiohttp.ClientError as error:
                raise Unavailable(f"the reranker can't be reached ({type(error).__name__})") from None
            if sorted(result.index for result in results) != list(range(len(texts))):
                raise Unavailable("the reranker left texts out")
        return [result.index for result in sorted(results, key=lambda result: -result.relevance_score)]

    async def ping(self) -> None:
        """Raises Unavailable when questions would go without it."""
        await self.order("怎么退货", ["退货", "发货"])

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def _ask(self, question: str, texts: Sequence[str]) -> list[_Result]:
        body = {
            "model": self._settings.model,
            "query": question,
            "documents": [text[:_CHARS] for text in texts],
        }
        key = self._settings.api_key
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        async with (
            asyncio.timeout(self._settings.timeout_s),
            self._pool().post(self._url, json=body, headers=headers, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise Unavailable(f"the reranker answered HTTP {response.status}")
            return await _read(response)

    def _pool(self) -> aiohttp.ClientSession:
        """Made at the first call, as it belongs to the event loop that runs then."""
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session


class Reranking:
    """`bot.ports.Retriever`: what another one found, in the reranker's order."""

    def __init__(self, retriever: Retriever, reranker: Reranker) -> None:
        self._retriever = retriever
        self._reranker = reranker

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        """Best first. Raises Unavailable when the search does."""
        most = max(limit, CANDIDATES)
        found = await self._retriever.search(tenant, text, channel=channel, limit=most)
        looked_at, rest = found[:CANDIDATES], found[CANDIDATES:]
        if len(looked_at) > 1 and looked_at[0].score < _CERTAIN:
            try:
                order = await self._reranker.order(text, [f"{one.title}\n{one.text}" for one in looked_at])
            except Unavailable as error:
                log.warning("not_reranked", reason=str(error))
            else:
                looked_at = [looked_at[position] for position in order]
        return [*looked_at, *rest][:limit]

    async def ping(self) -> None:
        """Raises Unavailable when a search would."""
        await self._retriever.ping()


async def _read(response: aiohttp.ClientResponse) -> list[_Result]:
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > _MAX_ANSWER_BYTES:
            raise Unavailable("the reranker's answer is over the size limit")
    try:
        return msgspec.json.decode(content, type=_Answer).results
    except ValueError as error:  # a web page, or the text of an error
        raise Unavailable("the reranker answered with something else than an order") from error
