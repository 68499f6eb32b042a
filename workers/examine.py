"""What `kefu doctor` looks at: every part the configuration names, asked whether it would work now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from redis.asyncio import Redis

from adapters import registry
from adapters.outbound import Outbound
from adapters.wecom_bot.channel import WeComBotChannel
from bot.channel import Channel
from bot.errors import Misconfigured, Unavailable
from bot.sentinel import Sentinels
from bot.settings import ChannelSettings, Settings, WebChatSettings
from bot.store.redis import Client, ask, connect, redis_errors
from bot.tools.registry import Tools
from bot.types import Rate
from bot.wiring import Stores, embedded_note, redis_url
from knowledge.made_for import MadeFor
from workers.desk import workers_desk
from workers.examine_knowledge import knowledge
from workers.examine_servers import servers
from workers.examine_suggestions import suggestions
from workers.finding import Finding, tried
from workers.no_store import FreshTokens, NoFeed, NoMarks, NoRates, NoStreams, some_key
from workers.standing_in import nobody_plays

_PROBE: Final = Rate("doctor", most=100, per_s=1)
_REPLICA_S: Final = 5.0
_SEARCH_S: Final = 15.0


async def examine(settings: Settings) -> list[Finding]:
    """Look at all parts, several at once where they are far away."""
    store, models, vectors, channels = await asyncio.gather(
        _store(settings), servers(settings), _vectors(settings), _channels(settings)
    )
    near = [
        _folders(settings),
        *knowledge(settings),
        *_sources(settings),
        *_people(settings),
        *_tools(settings),
        _alerts(settings),
        *_unused(settings),
    ]
    return [*near, *await _suggestions(settings), store, *models, vectors, *channels]


async def _suggestions(settings: Settings) -> list[Finding]:
    if not any(tenant.suggestions for tenant in settings.tenants):
        return []
    desk = await workers_desk(settings, within=_SEARCH_S)
    return await suggestions(settings, desk) if desk else []


def _folders(settings: Settings) -> Finding:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        probe = settings.data_dir / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding(
            "data_dir", False, f"{settings.data_dir} can't be written ({error.strerror}); write another"
        )
    return Finding("data_dir", True, str(settings.data_dir))


def _sources(settings: Settings) -> Iterator[Finding]:
    """Not read for a look: a site has hundreds of pages, and a feed may be somebody's till."""
    for tenant in settings.tenants:
        places = [(site.name, urlsplit(site.sitemap).hostname) for site in tenant.sites]
        places += [(feed.name, urlsplit(feed.url).hostname or f"table {feed.table}") for feed in tenant.feeds]
        for name, place in places:
            trial = f"`kefu knowledge import --from {name} --tenant {tenant.name} --dry-run` tries it"
            yield Finding(f"tenants.{tenant.name}.{name}", True, f"{place}; {trial}")


def _alerts(settings: Settings) -> Finding:
    """Nobody is told for a try here either."""
    told = "told of what can't be delivered, by the webhook"
    nobody = "none configured: what can't be delivered is in `kefu dead list`, and nobody is told"
    return Finding("alerts", True, told if settings.alerts.webhook else nobody)


def _people(settings: Settings) -> Iterator[Finding]:
    """Nobody is told for a try: a group would read it."""
    for tenant in settings.tenants:
        if tenant.people:
            way = "told by their webhook" if tenant.people.webhook else "told by nobody: `kefu people list`"
            yield Finding(f"tenants.{tenant.name}.people", True, way)


def _tools(settings: Settings) -> Iterator[Finding]:
    """None is called for a try: some do something."""
    for tenant in settings.tenants:
        part = f"tenants.{tenant.name}.tools"
        try:
            Tools.open(settings.model_copy(update={"tenants": [tenant]}))
        except Misconfigured as error:
            yield Finding(part, False, str(error))
            continue
        if tenant.tools:
            places = [f"{own.name} ({urlsplit(own.url).hostname or own.python})" for own in tenant.tools]
            yield Finding(part, True, f"{', '.join(places)}; none is called for a try")


async def _store(settings: Settings) -> Finding:
    if not settings.redis.url and not embedded_note(settings).exists():
        return Finding("redis", True, "embedded; `kefu up` starts it")
    client = connect(redis_url(settings))
    try:
        stores = Stores.over(client, settings)
        await stores.schedule.ping()
        with redis_errors():
            evicting = await _evicting(client, settings)
        if reason := await refused(stores):
            return Finding("redis.url", False, f"{reason}; until then nothing is taken in or answered")
    except Unavailable as error:
        mend = "start Redis, or write its address" if settings.redis.url else "`kefu up` starts it"
        return Finding("redis.url", False, f"{error}; {mend}")
    finally:
        await client.aclose()
    if evicting:
        mend = "set maxmemory-policy noeviction there, or messages get lost when memory is full"
        return Finding("redis.url", False, f"evicts keys ({evicting}); {mend}")
    return Finding("redis", True, "answers, and evicts nothing")


async def refused(stores: Stores) -> str:
    """Why the store takes no writes, though it answers: a user without rights, a replica, a full disk."""
    try:
        await stores.marks.leave("doctor", seconds=1)
        await stores.rates.spare(_PROBE)  # by a script, as nearly everything is written
    except Unavailable as error:
        return str(error)
    return ""


async def _evicting(client: Client, settings: Settings) -> str:
    """How the store throws keys away, or a replica would that may be the master next; empty: none does."""
    watched = Sentinels.parse(settings.redis.url)
    policies = [await _policy(client)]
    if watched:
        sentinels = ask(watched)
        for host, port in await sentinels.discover_slaves(watched.service):
            replica = Redis(host=str(host), port=int(port), socket_timeout=_REPLICA_S, **watched.of_server)
            policies.append(await _policy(replica))
            await replica.aclose()
        await sentinels.aclose()
    return ", ".join(sorted({policy for policy in policies if policy != "noeviction"}))


async def _policy(client: Client) -> str:
    """By INFO, as hosted servers allow no CONFIG."""
    return str((await client.info("memory")).get("maxmemory_policy", "noeviction"))


async def _vectors(settings: Settings) -> Finding:
    if not settings.qdrant.url:
        return Finding("qdrant", True, "embedded; the worker owns it")
    from knowledge.server import ServerIndex  # its client takes most of a second to load

    index = ServerIndex.connect(settings.qdrant, MadeFor("", 0))
    try:
        return await tried(index.ping, "qdrant.url", "answers", "start Qdrant, or write its address")
    finally:
        await index.close()


async def _channels(settings: Settings) -> list[Finding]:
    """Each channel proves that it could send now; with a fresh token, as a cached one proves nothing."""
    parts = registry.Parts(
        FreshTokens(), NoFeed(), NoStreams(), NoMarks(), NoRates(), some_key, Outbound(), time.time
    )
    channels = await registry.open_channels(settings, parts)
    try:
        checks = [_channel(configured, channels[configured.name]) for configured in settings.channels]
        return list(await asyncio.gather(*checks))
    finally:
        await registry.close_channels(channels, parts)


async def _channel(configured: ChannelSettings, channel: Channel) -> Finding:
    part = f"channels.{configured.name}"
    if await nobody_plays(configured):
        play = f"`kefu simulate {configured.kind} --channel {configured.name}` plays the platform"
        return Finding(
            part, True, f"its api_base is on this machine, and nothing is there; {play}", is_off=True
        )
    mend = "mend this channel's settings, or the app's on the platform"
    return await tried(channel.ping, part, _well(configured, channel), mend)


def _well(configured: ChannelSettings, channel: Channel) -> str:
    if isinstance(channel, WeComBotChannel):
        return "nothing to reach: it answers WeCom's own calls, and needs no secret for that"
    if isinstance(configured, WebChatSettings) and not configured.session_key:
        return "could send now; without session_key no gateway can start while Redis is away"
    return "could send now"


def _unused(settings: Settings) -> list[Finding]:
    """Settings of the contract that this version reads and does not use yet: better said than found out."""
    later = {"database.url": settings.database.url}
    return [
        Finding(key, True, "is set; this version does not use it yet")
        for key, value in later.items()
        if value
    ]
