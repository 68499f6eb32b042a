"""What the doctor says of the questions that a shop offers."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bot.errors import Unavailable
from bot.types import Passage
from tests.builders import SHOP, a_passage, some_settings
from workers.examine_suggestions import suggestions
from workers.finding import Finding
from workers.librarian import Desk

A_MODEL = {"base_url": "http://127.0.0.1:1/v1", "model": "m"}
STOCK = {
    "name": "stock",
    "description": "库存",
    "url": "https://shop.example/stock",
    "asks": ["查库存"],
    "template": "有货",
}


class FakeDesk:
    """Knows how to return goods, has a piece on teams, and hardly anything on the rest."""

    def __init__(self, *, is_empty: bool = False, is_away: bool = False) -> None:
        self.is_empty = is_empty
        self.is_away = is_away

    async def sources(self, tenant: str) -> dict[str, int]:
        return {} if self.is_empty else {"faq.csv": 2}

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        if self.is_away:
            raise Unavailable("the worker is away")
        if text == "怎么退货":
            return [a_passage(score=0.9)]
        if text == "企业团购":
            piece = {"title": "合作 › 团购", "is_faq": False}
            return [a_passage("满百件另议。", id=str(n), score=0.3, **piece) for n in range(2)]
        return [a_passage(score=0.02)]


async def found(*offered: str, desk: FakeDesk | None = None, model: bool = False, **tenant: Any) -> list[str]:
    configured = {"name": SHOP, "suggestions": list(offered), **tenant}
    settings = some_settings(tenants=[configured], **({"model": A_MODEL} if model else {}))
    findings = await suggestions(settings, cast(Desk, desk or FakeDesk()))
    assert findings == [
        Finding(f"tenants.{SHOP}.suggestions", True, one.text, is_off=True) for one in findings
    ]
    return [one.text.partition(":")[0] for one in findings]


async def test_an_offer_that_leads_to_the_refusal_is_named() -> None:
    assert await found("怎么退货", "有实体店吗") == ["nothing in the knowledge answers 有实体店吗"]


@pytest.mark.parametrize("text", ["转人工", "查库存", "我要批发", "你好"])
async def test_what_something_else_answers_is_not(text: str) -> None:
    wholesale = {
        "name": "wholesale",
        "examples": ["我要批发", "一次拿一千件", "长期合作"],
        "action": "person",
    }

    assert await found(text, people={}, tools=[STOCK], intents=[wholesale]) == []


async def test_a_document_that_a_model_answers_from_is_enough_where_there_is_one() -> None:
    assert await found("企业团购") == ["nothing in the knowledge answers 企业团购"]
    assert await found("企业团购", "有实体店吗", model=True) == [
        "nothing in the knowledge answers 有实体店吗"
    ]


async def test_where_there_is_no_knowledge_or_no_search_nothing_is_said() -> None:
    assert await found("有实体店吗", desk=FakeDesk(is_empty=True)) == []
    assert await found("有实体店吗", desk=FakeDesk(is_away=True)) == []
