"""A shop's own server: orders with their parcels, stock, and tickets, behind one key."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from aiohttp import web

AUTHORIZATION: Final = "Bearer shop-key"
TOOLS: Final = Path(__file__).with_name("shop_tools.toml")
"""The tools that call it, as docs/tools.md shows them."""
ADDRESS: Final = "https://api.shop.example"

ORDERS: Final[dict[str, dict[str, Any]]] = {
    "20240910XYZ": {
        "number": "20240910XYZ",
        "status": "已发货",
        "customer_id": "alice",
        "receiver": {"name": "王小姐", "phone": "13800001234"},
        "parcel": {"carrier": "顺丰速运", "number": "SF1024", "last": "已到达上海浦东营业点"},
    },
    "20240912ABC": {
        "number": "20240912ABC",
        "status": "待发货",
        "customer_id": "bob",
        "receiver": {"name": "李先生", "phone": "139****5678"},
        "parcel": {"carrier": "中通快递", "number": None, "last": "等待揽收"},
    },
}
STOCK: Final[dict[str, dict[str, Any]]] = {
    "亚麻衬衫": {"item": "亚麻衬衫", "price": 199, "sizes": ["S", "M", "L"], "left": 12},
    "针织开衫": {"item": "针织开衫", "price": 269, "sizes": ["M", "L"], "left": 3},
    "碎花连衣裙": {"item": "碎花连衣裙", "price": 329, "sizes": ["S", "M"], "left": 0},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class ShopServer:
    """`async with ShopServer() as shop: shop.tools("http")`."""

    status: int = 200
    """Instead of any answer, where it is another."""
    page: str | None = None
    """Instead of any answer's JSON."""
    delay: float = 0.0
    broken: int = 0
    """Next answers that get lost after their work was done: HTTP 502."""
    asked: list[Asked] = field(default_factory=list)
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the key that each came with."""
    _runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """Where it listens."""
        assert self._runner is not None, "it was not entered"
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def tools(self) -> str:
        """The tenant's tools, as its configuration has them."""
        text = TOOLS.read_text(encoding="utf-8").replace(ADDRESS, self.base_url)
        return text.replace("env:SHOP_AUTHORIZATION", AUTHORIZATION)

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._everything])
        app.router.add_get("/orders/{number}", self._order)
        app.router.add_get("/stock", self._stock)
        app.router.add_post("/tickets", self._open_ticket)
        app.router.add_get("/tickets/{number}", self._ticket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    @web.middleware
    async def _everything(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(Asked(request.method, request.path_qs, dict(request.headers), await request.read()))
        await asyncio.sleep(self.delay)
        if request.headers.get("Authorization") != AUTHORIZATION:
            return web.json_response({"error": "no key"}, status=401)
        if self.status != 200:
            return web.Response(status=self.status, headers={"Location": f"{self.base_url}/elsewhere"})
        if self.page is not None:
            return web.Response(text=self.page, content_type="application/json")
        answer: web.StreamResponse = await handler(request)
        if self.broken:
            self.broken -= 1
            return web.Response(status=502)
        return answer

    async def _order(self, request: web.Request) -> web.Response:
        order = ORDERS.get(request.match_info["number"])
        return web.json_response({"order": order}) if order else web.json_response({}, status=404)

    async def _stock(self, request: web.Request) -> web.Response:
        stock = STOCK.get(request.query.get("item", ""))
        return web.json_response(stock) if stock else web.json_response({}, status=404)

    async def _open_ticket(self, request: web.Request) -> web.Response:
        key, told = request.headers.get("Idempotency-Key"), await request.json()
        if not key or not told.get("about"):
            return web.json_response({"error": "a key and about are needed"}, status=400)
        number = f"T{1001 + len(self.tickets)}"
        opened = {"number": number, "status": "处理中", "customer_id": _customer(request), **told}
        return web.json_response({"ticket": self.tickets.setdefault(key, opened)}, status=201)

    async def _ticket(self, request: web.Request) -> web.Response:
        found = [own for own in self.tickets.values() if own["number"] == request.match_info["number"]]
        return web.json_response({"ticket": found[0]}) if found else web.json_response({}, status=404)


def _customer(request: web.Request) -> str:
    return request.headers.get("X-Kefu-Customer", "")
