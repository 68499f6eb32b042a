"""A file is fetched from where it may be, and never from our own network, whoever names the address."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from adapters.download import _PORTS, Downloads, Hosts
from bot.errors import Refused, Unavailable
from bot.public import is_public

DINGTALK = Hosts(("*.dingtalk.com", "*.aliyuncs.com"), "https://api.dingtalk.com")
ANYWHERE = Hosts(("*.example", "127.0.0.1", "localhost", "[::1]", "::1"), "https://api.dingtalk.com")
SECRET = "signature-that-nobody-may-read"
MOST = 100_000


class Names(AbstractResolver):
    """A name service of our own: what each name leads to, one answer a question, the last for ever."""

    def __init__(self, **names: list[str]) -> None:
        self.asked: list[str] = []
        self.names = {name.replace("_", "."): list(addresses) for name, addresses in names.items()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        answers = self.names[host]
        address = answers.pop(0) if len(answers) > 1 else answers[0]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing to close."""


class Neighbour:
    """A server on this machine, which strangers would like to reach through us."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.called = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
async def neighbour() -> AsyncIterator[Neighbour]:
    """Serves good and bad files by path, and counts its callers."""
    running = Neighbour(0)

    async def serve(request: web.Request) -> web.StreamResponse:
        running.called += 1
        way = request.match_info["way"]
        if way == "chunked":
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(MOST // 1000 + 1):
                await response.write(b"x" * 1000)
            return response
        if way == "slow":
            await asyncio.sleep(2)
        if way == "cut" and request.transport:
            request.transport.close()
        if way == "loop":
            raise web.HTTPFound("/loop")
        if way == "packed":
            return web.Response(body=b"\x1f\x8b" + b"x" * 100, headers={"Content-Encoding": "gzip"})
        if way.isdigit():
            return web.Response(status=int(way), headers={"Location": request.query.get("to", "/file")})
        body = b"x" * (MOST + 1) if way == "large" else request.rel_url.raw_query_string.encode() or b"data"
        return web.Response(body=body, content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/{way}", serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    running.port = runner.addresses[0][1]
    yield running
    await runner.cleanup()


@pytest.fixture
async def downloads() -> AsyncIterator[Downloads]:
    made = Downloads(timeout=1)
    yield made
    await made.close()


STRANGE = [
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://localhost/",
    "http://localhost.localdomain/",
    "http://static.dingtalk.com@127.0.0.1/",
    "http://user:word@static.dingtalk.com/",
    "http://127.0.0.1#.dingtalk.com/",
    "http://127.0.0.1/?.dingtalk.com",
    "http://127.0.0.1\\.dingtalk.com/",
    "http://dingtalk.com.evil.example/",
    "http://evildingtalk.com/",
    "http://dingtalk.com./",
    "http://static.dingtalk.com:6379/",
    "https://static.dingtalk.com:8443/",
    "https://api.dingtalk.com:8443/",
    "http://api.dingtalk.com:6379/",
    "http://static.dingtalk.com\r\nHost: 127.0.0.1/",
    "http://static.ding talk.com/",
    "http://。dingtalk.com/",
    "file:///etc/passwd",
    "ftp://static.dingtalk.com/",
    "gopher://static.dingtalk.com:6379/_FLUSHALL",
    "data:image/png;base64,AAAA",
    "//static.dingtalk.com/x",
    "/etc/passwd",
    "http://",
    "http://[",
    "http://static.dingtalk.com:99999/",
    "http://static.dingtalk.com:six/",
    "",
    "http://static.dingtalk.com/" + "x" * 5000,
]


@pytest.mark.parametrize("url", STRANGE)
async def test_an_address_that_is_none_of_the_platforms_is_refused_without_a_call(
    downloads: Downloads, url: str
) -> None:
    with pytest.raises(Refused):
        await downloads.get(url, hosts=DINGTALK, most=MOST)


INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "192.0.2.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:1:1:0:0:80ff:fffe",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "no address",
]


@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_leads_into_a_network_of_somebodys_own_is_not_called(address: str) -> None:
    if address != "no address":
        downloads = Downloads(timeout=1, resolver=Names(static_dingtalk_com=[address]))
        with pytest.raises(Refused, match="no public address"):
            await downloads.get(f"http://static.dingtalk.com/x?{SECRET}", hosts=DINGTALK, most=MOST)
        await downloads.close()

    assert not is_public(address)


@pytest.mark.parametrize("address", ["203.119.1.1", "47.95.85.22", "2408:4003::1", "64:ff9b::2f5f:5516"])
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_the_machine_that_is_connected_to_is_looked_at_also_without_a_name(
    downloads: Downloads, host: str
) -> None:
    """As if the allow-list were too wide: the socket is made by the very address."""
    with pytest.raises(Refused, match="no public address"):
        await downloads.get(f"http://{host}/", hosts=ANYWHERE, most=MOST)


async def test_a_name_that_changes_its_mind_gains_nothing() -> None:
    """DNS rebinding needs a look and then a call. Here the one answer that is connected to is looked at."""
    names = Names(rebind_example=["127.0.0.1", "192.168.1.1"])
    downloads = Downloads(timeout=1, resolver=names)

    with pytest.raises(Refused, match="no public address"):
        await downloads.get("http://rebind.example/", hosts=ANYWHERE, most=MOST)
    await downloads.close()

    assert names.asked == ["rebind.example"], "asked once"


async def test_the_platforms_own_api_may_be_a_simulator_on_this_machine(
    downloads: Downloads, neighbour: Neighbour
) -> None:
    hosts = Hosts((), neighbour.url)

    blob = await downloads.get(f"{neighbour.url}/file?sign=a%2Bb%2F%7E==", hosts=hosts, most=MOST)

    assert (blob.data, blob.content_type) == (b"sign=a%2Bb%2F%7E==", "image/jpeg"), "not quoted anew"
    with pytest.raises(Refused, match="not allowed"):
        await downloads.get(f"http://127.0.0.1:{neighbour.port + 1}/file", hosts=hosts, most=MOST)


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest",
        "http://127.0.0.1:6379/",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://[",
        "http://static.dingtalk.com:99999/",
    ],
)
async def test_a_redirect_is_looked_at_like_the_first_address(
    downloads: Downloads, neighbour: Neighbour, target: str
) -> None:
    url = URL(f"{neighbour.url}/302").with_query(to=target)
    with pytest.raises(Refused):
        await downloads.get(str(url), hosts=Hosts(("*.dingtalk.com",), neighbour.url), most=MOST)

    assert neighbour.called == 1


async def test_only_the_platform_itself_leads_to_its_own_api(
    neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On an allowed host, where anybody may rent room, a redirect leads no further than to other such hosts."""
    monkeypatch.setattr("bot.public.is_public", lambda _: True)
    monkeypatch.setitem(_PORTS, "http", neighbour.port)
    downloads = Downloads(timeout=1, resolver=Names(bucket_example=["127.0.0.1"]))
    hosts = Hosts(("*.example",), neighbour.url)
    bucket = f"http://bucket.example:{neighbour.port}"

    assert (await downloads.get(f"{neighbour.url}/302?to={bucket}/file", hosts=hosts, most=MOST)).data
    with pytest.raises(Refused, match="not allowed"):
        await downloads.get(f"{bucket}/302?to={neighbour.url}/file", hosts=hosts, most=MOST)
    await downloads.close()


async def test_a_redirect_within_what_is_allowed_is_followed_but_not_for_ever(
    downloads: Downloads, neighbour: Neighbour
) -> None:
    hosts = Hosts((), neighbour.url)

    assert (await downloads.get(f"{neighbour.url}/307", hosts=hosts, most=MOST)).data == b"data"
    with pytest.raises(Refused, match="from one to the next"):
        await downloads.get(f"{neighbour.url}/loop", hosts=hosts, most=MOST)


@pytest.mark.parametrize(
    ("way", "error", "says"),
    [
        ("large", Refused, "larger than"),
        ("chunked", Refused, "larger than"),
        ("slow", Unavailable, "within 1 s"),
        ("cut", Unavailable, "could not be fetched"),
        ("403", Refused, "gone"),
        ("404", Refused, "gone"),
        ("204", Refused, "gone"),
        ("429", Unavailable, "429"),
        ("503", Unavailable, "503"),
    ],
)
async def test_each_fault_says_whether_another_try_helps_and_tells_no_secret(
    downloads: Downloads, neighbour: Neighbour, way: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says) as caught:
        await downloads.get(f"{neighbour.url}/{way}?sign={SECRET}", hosts=Hosts((), neighbour.url), most=MOST)

    assert SECRET not in str(caught.value)


async def test_what_is_packed_stays_packed(downloads: Downloads, neighbour: Neighbour) -> None:
    blob = await downloads.get(f"{neighbour.url}/packed", hosts=Hosts((), neighbour.url), most=MOST)

    assert len(blob.data) == 102, "no small answer becomes a large one here"


async def test_a_host_that_is_not_there_may_be_there_later(downloads: Downloads) -> None:
    with pytest.raises(Unavailable, match="can't be reached"):
        await downloads.get("http://127.0.0.1:9/", hosts=Hosts((), "http://127.0.0.1:9"), most=MOST)
