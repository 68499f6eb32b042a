"""The shop's site and its feeds: what is fetched, what is left alone, and what an answer that fails costs."""

from __future__ import annotations

import gzip
import json
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
from pydantic import ValidationError
from yarl import URL

from bot.errors import BadRequest, Misconfigured, Refused, Unavailable
from bot.settings import TenantSettings
from bot.settings.sources import FeedSettings, SiteSettings
from knowledge.documents import Loaded
from knowledge.sources import site as sites
from knowledge.sources.database import read_table
from knowledge.sources.feed import read_feed
from knowledge.sources.fetch import Visitor
from knowledge.sources.site import read_site

PAGE = "<title>{title}</title><nav>菜单</nav><main><h1>{title}</h1><p>{title}的说明，七天内。</p></main>"


class Site:
    """A shop's site, with switches."""

    def __init__(self) -> None:
        self.base = ""
        self.robots: str | int = "User-agent: *\nDisallow: /*?print=\nDisallow: /intern/\n"
        self.listed: list[str] = []
        self.answers: dict[str, web.Response] = {}
        self.asked: list[str] = []
        self.headers: list[str | None] = []

    async def answer(self, request: web.Request) -> web.Response:
        path = request.path_qs
        self.asked.append(path)
        self.headers.append(request.headers.get("Authorization"))
        if path == "/robots.txt":
            return (
                web.Response(status=self.robots)
                if isinstance(self.robots, int)
                else web.Response(text=self.robots)
            )
        if path == "/sitemap.xml":
            places = "".join(f"<url><loc>{URL(self.base).join(URL(url))}</loc></url>" for url in self.listed)
            return web.Response(body=f'<urlset xmlns="x">{places}</urlset>'.encode(), content_type="text/xml")
        if path == "/round":
            return web.Response(status=302, headers={"Location": "/round"})
        return self.answers.get(path) or web.Response(
            body=PAGE.format(title=request.path.strip("/")).encode(), content_type="text/html"
        )

    def pages(self) -> list[str]:
        return [path for path in self.asked if not path.endswith((".xml", ".txt"))]


@pytest.fixture
async def shop(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setattr(sites, "PAUSE_S", 0.0)
    site = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    async with TestServer(app) as server:
        site.base = str(server.make_url("/"))
        yield site


async def read(shop: Site, **settings: object) -> Loaded:
    made = SiteSettings.model_validate({"name": "help", "sitemap": f"{shop.base}sitemap.xml", **settings})
    return await read_site(made, on_page=lambda: None)


async def test_the_pages_of_the_sitemap_are_read_with_the_place_of_each(shop: Site) -> None:
    shop.listed = ["/returns", "/delivery"]

    loaded = await read(shop)

    assert [(item.title, item.text, item.source, item.place) for item in loaded.items] == [
        ("returns", "returns的说明，七天内。", "help", "/returns line 1"),
        ("delivery", "delivery的说明，七天内。", "help", "/delivery line 1"),
    ]
    assert len({item.version for item in loaded.items}) == 2
    assert (loaded.problems, loaded.is_whole) == ((), True)


async def test_what_robots_txt_keeps_us_off_is_not_asked_for(shop: Site) -> None:
    shop.listed = ["/intern/prices", "/returns?print=1", "/returns"]

    loaded = await read(shop)

    assert shop.pages() == ["/returns"]
    assert "2 pages were left out" in loaded.notes[0]


async def test_a_site_whose_robots_txt_fails_is_left_alone(shop: Site) -> None:
    """RFC 9309: no answer is no leave."""
    shop.robots, shop.listed = 503, ["/returns"]

    loaded = await read(shop)

    assert shop.pages() == []
    assert not loaded.is_whole


async def test_only_allowed_hosts_and_paths_are_visited(shop: Site) -> None:
    port = URL(shop.base).port
    shop.listed = [
        "https://elsewhere.example/x",
        f"http://localhost:{port}/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "/help/a",
        "/blog/b",
    ]

    await read(shop, paths=["/help/"])

    assert shop.pages() == ["/help/a"]


async def test_a_redirect_leads_no_further_than_an_address(shop: Site) -> None:
    shop.listed = ["/moved", "/away", "/round"]
    shop.answers["/moved"] = web.Response(status=301, headers={"Location": "/returns"})
    shop.answers["/away"] = web.Response(status=302, headers={"Location": "http://169.254.169.254/latest"})

    loaded = await read(shop)

    assert [item.title for item in loaded.items] == ["returns"]
    assert loaded.problems == (
        "help, /away: leads to a host that is not allowed",
        "help, /round: leads from one address to the next",
    )


class Rebound(AbstractResolver):
    """Every name leads into our own network."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)
        ]

    async def close(self) -> None:
        """Nothing to let go of."""


async def test_an_allowed_name_that_leads_into_our_own_network_is_refused() -> None:
    """The list of hosts is the operator's; where their names lead is not."""
    async with Visitor("https://shop.example", ["*.example"], resolver=Rebound()) as visitor:
        with pytest.raises(Refused, match="an address that is not public"):
            await visitor.get(URL("http://help.example/"), most=100)


async def test_a_page_that_fails_keeps_what_it_gave_before(shop: Site) -> None:
    shop.listed = ["/returns", "/broken", "/gone", "/picture", "/large"]
    shop.answers["/broken"] = web.Response(status=502)
    shop.answers["/gone"] = web.Response(status=404)
    shop.answers["/picture"] = web.Response(body=b"x", content_type="image/png")
    shop.answers["/large"] = web.Response(body=b"x" * (3 << 20), content_type="text/html")

    loaded = await read(shop)

    assert [item.title for item in loaded.items] == ["returns"]
    assert not loaded.is_whole, "nothing may be dropped"
    assert loaded.problems == (
        "help, /broken: was answered with HTTP 502",
        "help, /large: is larger than 2048 kB",
    )
    assert loaded.notes == (
        "help, /gone: was answered with HTTP 404",
        "help, /picture: is no web page, and was passed over",
    )


async def test_a_site_that_went_away_is_not_asked_for_all_of_its_pages(shop: Site) -> None:
    shop.listed = [f"/{n}" for n in range(30)]
    shop.answers |= {f"/{n}": web.Response(status=503) for n in range(30)}

    loaded = await read(shop)

    assert len(shop.pages()) == 5
    assert not loaded.is_whole


async def test_there_are_no_more_pages_than_were_asked_for(shop: Site) -> None:
    shop.listed = [f"/{n}" for n in range(30)]

    loaded = await read(shop, pages=3)

    assert len(shop.pages()) == 3
    assert "raise pages" in loaded.problems[-1]


async def test_sitemaps_may_be_packed_and_name_others(shop: Site) -> None:
    inner = f"<urlset><url><loc>{shop.base}returns</loc></url></urlset>".encode()
    index = f"<sitemapindex><sitemap><loc>{shop.base}one.xml.gz</loc></sitemap></sitemapindex>"
    shop.answers["/index.xml"] = web.Response(body=index.encode())
    shop.answers["/one.xml.gz"] = web.Response(body=gzip.compress(inner))

    loaded = await read(shop, sitemap=f"{shop.base}index.xml")

    assert [item.title for item in loaded.items] == ["returns"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html>", "is no valid XML"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><urlset>&a;</urlset>', "is no valid XML"),
        (gzip.compress(b" " * (11 << 20)), "unpacks to more than 10 MB"),
    ],
    ids=["html", "entities", "bomb"],
)
async def test_a_sitemap_that_is_none_is_refused(shop: Site, body: bytes, says: str) -> None:
    shop.answers["/odd.xml"] = web.Response(body=body)

    with pytest.raises(Refused, match=says):
        await read(shop, sitemap=f"{shop.base}odd.xml")


def feed(**settings: object) -> FeedSettings:
    return FeedSettings.model_validate({"name": "products", **settings})


ROWS = [{"title": "连衣裙", "sku": "A-1", "price": 199.0, "cost": 50}, {"title": "", "sku": "", "price": 1}]


async def test_a_feed_is_asked_with_its_token_and_read_by_its_columns(shop: Site) -> None:
    shop.answers["/api"] = web.json_response({"data": {"items": ROWS}})
    columns = {"名称": "title", "货号": "sku", "价格": "price"}

    loaded = await read_feed(feed(url=f"{shop.base}api", token="secret", rows="data.items", columns=columns))

    assert shop.headers == ["Bearer secret"]
    assert [item.text for item in loaded.items] == ["连衣裙\n货号：A-1\n价格：199"], "the cost is not told"
    assert loaded.problems == ("products, entry 2: has no name",)
    assert loaded.items[0].version


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (web.Response(status=500), Unavailable),
        (web.Response(status=401), Refused),
        (web.Response(text="<html>"), Refused),
        (web.Response(text=json.dumps({"items": 3})), Refused),
        (web.Response(text=json.dumps([1, 2])), BadRequest),
    ],
    ids=["500", "401", "html", "no list", "no objects"],
)
async def test_a_feed_that_answers_badly_is_refused_whole(
    shop: Site, answer: web.Response, kind: type[Exception]
) -> None:
    shop.answers["/api"] = answer

    with pytest.raises(kind):
        await read_feed(feed(url=f"{shop.base}api"))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table goods (title text, sku text, price real, cost real)")
        connection.executemany(
            "insert into goods values (:title, :sku, :price, :cost)", [{"cost": 0, **row} for row in ROWS]
        )
    return path


COLUMNS = {"名称": "title", "货号": "sku", "价格": "price"}


async def test_a_table_is_read_by_the_columns_that_were_named(database: Path) -> None:
    loaded = await read_feed(feed(database=f"sqlite:///{database}", table="goods", columns=COLUMNS))

    assert [item.text for item in loaded.items] == ["连衣裙\n货号：A-1\n价格：199"]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("sqlite:////absent/shop.db", Unavailable),
        ("nonsense", Misconfigured),
        ("mysql+pymysql://u:secret@h/d", Misconfigured),
        ("odd://u:secret@h/d", Misconfigured),
    ],
)
def test_a_database_that_can_not_be_read_is_told_without_its_password(
    address: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as told:
        read_table(feed(database=address, table="goods", columns=COLUMNS))

    assert "secret" not in str(told.value)


def test_whatever_a_driver_raises_is_told_at_once_and_without_its_words(
    database: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def wrong(*_: object) -> None:
        raise RuntimeError("'cryptography' package is required to log u:secret in")

    monkeypatch.setattr("knowledge.sources.database._rows", wrong)
    with pytest.raises(Unavailable, match=r"could not be read \(RuntimeError\)"):
        read_table(feed(database=f"sqlite:///{database}", table="goods", columns=COLUMNS))

    assert "secret" not in capfd.readouterr().err


def test_a_database_that_does_not_answer_is_not_waited_for(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as another:
        another.execute("begin exclusive")
        with pytest.raises(Unavailable, match=r"within 0\.1 s"):
            read_table(feed(database=f"sqlite:///{database}", table="goods", columns=COLUMNS), read_s=0.1)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"url": "https://a.example", "database": "sqlite://"},
        {"database": "sqlite://"},
        {"database": "sqlite://", "table": "a; drop table b", "columns": {"a": "b"}},
        {"database": "sqlite://", "table": "a", "columns": {"a": "b, c"}},
    ],
)
def test_a_feed_is_one_address_and_names_alone(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        feed(**settings)


def test_a_tenants_sources_have_names_of_their_own() -> None:
    source = {"name": "help", "sitemap": "https://a.example/sitemap.xml"}
    with pytest.raises(ValidationError, match="give each its own"):
        TenantSettings.model_validate(
            {"name": "a", "sites": [source], "feeds": [{"name": "help", "url": "https://a.example"}]}
        )
