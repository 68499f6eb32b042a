"""What `kefu doctor` says of the servers of models."""

from __future__ import annotations

import asyncio
from typing import Protocol

from bot.errors import Misconfigured
from bot.model.server import Server
from bot.settings import Settings
from bot.wiring import build_model, build_moderator, build_transcriber
from workers.finding import Finding, tried
from workers.up import serving_program


class _Client(Protocol):
    async def ping(self) -> None: ...

    async def close(self) -> None: ...


async def servers(settings: Settings) -> list[Finding]:
    """Of the chat model first. Nothing is said of another that is not configured."""
    each = (
        _model(settings),
        _embedder(settings),
        _transcription(settings),
        _moderation(settings),
        _reranker(settings),
    )
    return [finding for found in await asyncio.gather(*each) for finding in found]


async def _model(settings: Settings) -> list[Finding]:
    model = build_model(settings)
    if model is None:
        return [Finding("model", True, "none configured: FAQ mode")]
    if settings.model.serve:
        await model.close()
        return [_served(settings)]
    try:
        return list(await asyncio.gather(*(_model_server(settings, server) for server in model.servers)))
    finally:
        await model.close()


async def _model_server(settings: Settings, server: Server) -> Finding:
    own = settings.model.each[server.name]
    mend = f"write the address of a server that serves {own.model or 'your model'}"
    return await tried(server.ping, f"{server.name}.base_url", f"{own.base_url} answers", mend)


def _served(settings: Settings) -> Finding:
    try:
        serving_program(settings)
    except Misconfigured as error:
        return Finding("model.serve", False, str(error).partition(": ")[2])
    return Finding("model", True, f"`kefu up` serves {settings.model.serve}")


async def _asked(client: _Client, part: str, well: str, mend: str) -> Finding:
    try:
        return await tried(client.ping, part, well, mend)
    finally:
        await client.close()


async def _embedder(settings: Settings) -> list[Finding]:
    """The bundled one needs no server."""
    if not settings.embedding.base_url:
        return []
    from knowledge.embed_remote import OpenAIEmbedder  # its client takes half a second to load

    embedder = OpenAIEmbedder(settings.embedding)
    mend = "write the address, up to its /v1, of a server that has /v1/embeddings, and a model that it serves"
    well = f"{settings.embedding.base_url} answers"
    return [await _asked(embedder, "embedding.base_url", well, mend)]


async def _transcription(settings: Settings) -> list[Finding]:
    """Without one voice messages get a courteous line."""
    transcriber = build_transcriber(settings)
    if transcriber is None:
        return []
    mend = "write the address, up to its /v1, of a server that has /v1/audio/transcriptions"
    well = f"{settings.transcription.base_url} answers"
    return [await _asked(transcriber, "transcription.base_url", well, mend)]


async def _moderation(settings: Settings) -> list[Finding]:
    moderator = build_moderator(settings)
    if moderator is None:
        return []
    passes = settings.moderation.when_away == "pass"
    meanwhile = "texts pass without it" if passes else "customers get an apology"
    mend = f"write the address, up to its /v1, of a server that has /v1/moderations; {meanwhile} meanwhile"
    well = f"{settings.moderation.base_url} judges"
    return [await _asked(moderator, "moderation.base_url", well, mend)]


async def _reranker(settings: Settings) -> list[Finding]:
    if not settings.rerank.base_url:
        return []
    from knowledge.rerank import Reranker

    reranker = Reranker(settings.rerank)
    mend = (
        "write the address, up to its /v1, of a server that has /v1/rerank; questions go without it meanwhile"
    )
    return [await _asked(reranker, "rerank.base_url", f"{settings.rerank.base_url} answers", mend)]
