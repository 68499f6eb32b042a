"""One tool: its settings, its arguments, its call over HTTP or in Python, and what customers read of it."""

from __future__ import annotations

import sys
import time
import types
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from bot.errors import BadRequest, Busy, KefuError, Misconfigured, Refused, Unavailable, Unusable
from bot.ports import ToolSpec
from bot.safety.discreet import Placeholders
from bot.settings import ArgumentSettings, Settings, ToolSettings
from bot.settings.tools import schema
from bot.tools.arguments import Checked
from bot.tools.asks import Asks
from bot.tools.fields import at, fill
from bot.tools.http import HttpExecutor
from bot.tools.python import PythonExecutor
from bot.tools.registry import Tools
from bot.tools.tool import Caller
from tests.builders import a_conversation, some_settings
from tests.simulators.shop import AUTHORIZATION, ShopServer

ALICE = Caller(a_conversation("user:alice"), "alice")
LOOK = {"name": "order", "description": "查订单", "arguments": {"order": {}}}


def a_tool(**changes: Any) -> ToolSettings:
    return ToolSettings.model_validate({**LOOK, "url": "http://shop.example/orders/{order}", **changes})


def problems(**changes: Any) -> str:
    with pytest.raises(ValidationError) as told:
        a_tool(**changes)
    return str(told.value)


@pytest.fixture
async def order(shop: ShopServer) -> AsyncIterator[HttpExecutor]:
    executor = HttpExecutor(
        a_tool(
            url=f"{shop.base_url}/orders/{{order}}", headers={"Authorization": AUTHORIZATION}, max_bytes=400
        )
    )
    yield executor
    await executor.close()


async def look(executor: HttpExecutor, order: str = "20240910XYZ", *, timeout: float = 5) -> Any:
    return await executor.run({"order": order}, ALICE, key="k", timeout=timeout)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": ""}, "write either url or python"),
        ({"python": "a:b"}, "write either url or python"),
        ({"url": "http://{order}.example/"}, "must name its host in full"),
        ({"url": "http://me:secret@shop.example/"}, "without placeholders or a password"),
        ({"url": "http://shop.example/订单/{order}"}, "must be percent-encoded"),
        ({"url": "ftp://shop.example/"}, "must start with http"),
        ({"url": "http://shop.example/{who}"}, "the argument who of url or asks is missing"),
        ({"asks": ["查 {number}"], "template": "好"}, "the argument number of url or asks is missing"),
        ({"asks": ["查订单"]}, "asks need a template"),
        ({"arguments": {"order": {"required": False}}}, "can't be left out"),
        ({"side_effect": True, "template": "好"}, 'side_effect needs method "POST" or "PUT"'),
        ({"side_effect": True, "method": "POST"}, "side_effect needs a template"),
        ({"needs": "order"}, 'needs = "order" needs phone'),
        (
            {"needs": "order", "phone": "p", "side_effect": True, "method": "POST", "template": "好"},
            "nothing can be compared before a side_effect",
        ),
        ({"headers": {"X-Kefu-Customer": "bob"}}, "is written by Kefu"),
        ({"headers": {"Host": "elsewhere"}}, "is written by Kefu"),
        ({"arguments": {"order": {"pattern": "("}}}, "is no regular expression"),
        ({"arguments": {"order": {"pattern": "(?i)sf[0-9]+"}}}, "not one for a part of a text"),
        ({"arguments": {"order": {"pattern": "(?P<order>[0-9]+)"}}}, "no groups with names"),
        ({"arguments": {"order": {"pattern": r"([0-9])\1+"}}}, "refer to none by its number"),
        ({"arguments": {"order": {"type": "integer", "pattern": "1"}}}, 'are for type = "string"'),
        ({"arguments": {"order": {"minimum": 1}}}, "are for numbers"),
        ({"arguments": {"order": {"type": "number", "maximum": float("inf")}}}, "finite number"),
        ({"arguments": {"order": {"type": "integer", "minimum": float("nan")}}}, "finite number"),
        ({"arguments": {"order": {"type": "integer", "minimum": 5, "maximum": 1}}}, "no number would do"),
        ({"arguments": {"order": {"enum": [""]}}}, "at least 1 character"),
    ],
)
def test_each_mistake_in_a_tool_says_its_mend(changes: dict[str, Any], said: str) -> None:
    assert said in problems(**changes)


def test_no_secret_of_a_header_is_shown() -> None:
    assert "hush" not in repr(a_tool(headers={"Authorization": "hush"}))


def test_two_tools_of_one_name_are_a_mistake() -> None:
    tool = {**LOOK, "url": "http://shop.example/"}

    with pytest.raises(ValueError, match="two of its tools have one name"):
        some_settings(tenants=[{"name": "shop", "tools": [tool, tool]}])


def checked(given: Mapping[str, Any], **arguments: dict[str, Any]) -> dict[str, Any]:
    return Checked({name: ArgumentSettings.model_validate(own) for name, own in arguments.items()}).check(
        given
    )


def test_arguments_are_read_as_models_write_them() -> None:
    order = {"pattern": "[0-9]{4}"}

    assert checked({"order": 1234, "who": "bob"}, order=order) == {"order": "1234"}
    assert checked({"count": "3"}, count={"type": "integer", "maximum": 5}) == {"count": 3}
    assert checked({"yes": "true"}, yes={"type": "boolean"}) == {"yes": True}
    assert checked({}, size={"enum": ["S"], "required": False}) == {}


@pytest.mark.parametrize(
    ("given", "own"),
    [
        ({}, {}),
        ({"a": "12345"}, {"pattern": "[0-9]{4}"}),
        ({"a": "1234\n"}, {"pattern": "[0-9]{4}"}),
        ({"a": "x" * 101}, {}),
        ({"a": "XS"}, {"enum": ["S", "M"]}),
        ({"a": 9}, {"type": "integer", "maximum": 5}),
        ({"a": ["1"]}, {}),
        ({"a": None}, {}),
    ],
)
def test_arguments_that_are_none_are_rejected(given: dict[str, Any], own: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        checked(given, a=own)


async def test_a_call_brings_json_and_says_who_asks(order: HttpExecutor, shop: ShopServer) -> None:
    assert (await look(order))["order"]["status"] == "已发货"

    (asked,) = shop.asked
    assert asked.headers["X-Kefu-Customer"] == "alice"
    assert "Idempotency-Key" not in asked.headers


async def test_an_argument_stays_where_it_belongs(order: HttpExecutor, shop: ShopServer) -> None:
    assert await look(order, "1?x=1#&y=2") is None
    assert shop.asked[0].path == "/orders/1%3Fx%3D1%23%26y%3D2"


@pytest.mark.parametrize("steps", ["..", "1/../../tickets", r"..\tickets", "", " "])
async def test_no_argument_leads_to_another_path(order: HttpExecutor, shop: ShopServer, steps: str) -> None:
    with pytest.raises(BadRequest):
        await look(order, steps)
    assert shop.asked == []


async def test_an_argument_of_the_query_may_hold_any_letter(shop: ShopServer) -> None:
    headers = {"Authorization": AUTHORIZATION}
    stock = HttpExecutor(a_tool(url=f"{shop.base_url}/stock?item={{order}}", headers=headers))

    assert await look(stock, "A/B..") is None
    assert shop.asked[0].path == "/stock?item=A%2FB.."
    await stock.close()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, BadRequest),
        (422, BadRequest),
        (401, Refused),
        (302, Refused),
        (429, Busy),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
async def test_each_status_says_who_acts_next(
    order: HttpExecutor, shop: ShopServer, status: int, error: type[KefuError]
) -> None:
    shop.status = status

    with pytest.raises(error):
        await look(order)
    assert len(shop.asked) == 1, "no redirect is followed"


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_what_is_not_there_and_what_is_not_theirs_is_nothing(
    order: HttpExecutor, shop: ShopServer, status: int
) -> None:
    shop.status = status

    assert await look(order) is None


@pytest.mark.parametrize("page", ["<html>busy</html>", '{"a":', "[" * 200, f'"{"x" * 400}"'])
async def test_what_is_no_json_or_too_much_of_it_can_not_be_used(
    order: HttpExecutor, shop: ShopServer, page: str
) -> None:
    shop.page = page

    with pytest.raises(Unusable):
        await look(order)


async def test_a_slow_server_and_one_that_is_not_there_are_away(
    order: HttpExecutor, shop: ShopServer
) -> None:
    shop.delay = 5
    gone = HttpExecutor(a_tool(url="http://127.0.0.1:9/{order}"))

    with pytest.raises(Unavailable):
        await look(order, timeout=0.1)
    with pytest.raises(Unavailable):
        await look(gone)
    await gone.close()


async def test_a_function_of_the_shop_s_own_is_a_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("my_shop")

    async def find(arguments: Mapping[str, Any], caller: Caller, key: str) -> Any:
        if arguments["order"] == "bug":
            raise ZeroDivisionError
        return {"order": arguments["order"], "of": caller.id}

    module.find = find  # type: ignore[attr-defined]
    module.plain = print  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "my_shop", module)
    executor = PythonExecutor.named("my_shop:find", key="k")

    assert await executor.run({"order": "1"}, ALICE, key="k", timeout=1) == {"order": "1", "of": "alice"}
    with pytest.raises(Unusable):
        await executor.run({"order": "bug"}, ALICE, key="k", timeout=1)
    for path in ("my_shop:plain", "my_shop:none", "no_such_module:find"):
        with pytest.raises(Misconfigured, match=r"tenants\.shop\.tools\.order\.python"):
            Tools.open(_with(python=path))


def _with(**changes: Any) -> Settings:
    return some_settings(tenants=[{"name": "shop", "tools": [{**LOOK, **changes}]}])


def test_a_reply_is_made_of_fields_and_of_nothing_else() -> None:
    result = {"number": 7, "steps": [{"at": "上海"}], "sizes": ["S", "M"], "none": None, "deep": {"x": {}}}

    text, values = fill("{number}在{steps.0.at}，{sizes}，{none}，{deep.x}，{number.__class__}", result)

    assert text == "7在上海，S、M，暂无，暂无，暂无"
    assert values == ("7", "上海", "S、M")
    assert at(result, "steps.9.at") is None


def test_a_price_is_written_as_people_do() -> None:
    assert fill("{a}元，{b}元", {"a": 199.0, "b": 9.9})[0] == "199元，9.9元"


def test_a_value_with_braces_is_not_filled_again() -> None:
    assert fill("{a}", {"a": "{b}", "b": "secret"})[0] == "{b}"


@pytest.mark.parametrize("text", ["我想" * 400 + "查物流x", "查" * 900, "帮我" * 50 + "查订"])
def test_a_hostile_text_costs_no_time(text: str) -> None:
    tool = a_tool(asks=["查物流", "查订单 {order}"], template="好")

    assert Asks(tool).find(text) is None


def test_a_pattern_that_never_ends_fits_nothing_and_holds_nobody_up() -> None:
    """It would hang one worker after the other: each takes the message that the last one died of."""
    order = {"pattern": "([A-Z]+[0-9]*)+X", "max_length": 1000}
    tool = a_tool(asks=["查订单 {order}"], template="好", arguments={"order": order})
    started = time.process_time()

    assert Asks(tool).find(f"查订单 {'A' * 200}") is None
    with pytest.raises(BadRequest):
        checked({"order": "A" * 200}, order=order)
    assert (
        Placeholders([ToolSpec("t", "t", schema(tool.arguments))]).hide(f"{'A' * 64}@mail.example")
        == "〔邮箱1〕"
    )
    assert time.process_time() - started < 5
