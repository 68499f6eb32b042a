"""The sample shop answers its customers, and only on what it knows."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.settings import Settings
from knowledge.library import Library, open_library

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parents[3]
QUESTIONS, CUSTOMERS = (
    [json.loads(line) for line in (ROOT / "tests/evals" / name).read_text(encoding="utf-8").splitlines()]
    for name in ("sample_shop.jsonl", "sample_shop_customers.jsonl")
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Library, Settings]]:
    folder = tmp_path_factory.mktemp("shop")
    knowledge = [str(ROOT / "knowledge" / "sample_shop")]
    tenant = {"name": "qinghe", "knowledge": knowledge}
    settings = Settings.model_validate({"data_dir": folder, "tenants": [tenant]})
    library = await open_library(settings)
    await library.sync_tenant(settings.tenants[0])
    yield library, settings
    await library.close()


async def test_paraphrases_are_answered_and_foreign_questions_are_not(shop: tuple[Library, Settings]) -> None:
    """The figures were 0.95, 0.84, 0.01 and 0.97 when this was written; they may get better."""
    library, settings = shop
    enough = settings.tenants[0].faq_confidence
    found = right = wrong = refused = 0
    for question in QUESTIONS:
        passages = await library.retriever.search("qinghe", question["query"], limit=5)
        best = next(passage for passage in passages if passage.is_faq)
        found += best.title == question["gold"]
        right += best.title == question["gold"] and best.score >= enough
        wrong += question["gold"] not in (None, best.title) and best.score >= enough
        refused += question["gold"] is None and best.score < enough

    known = sum(question["gold"] is not None for question in QUESTIONS)
    assert found / known >= 0.92
    assert right / known >= 0.8
    assert wrong / known <= 0.05
    assert refused / (len(QUESTIONS) - known) >= 0.95


async def test_each_entry_is_found_in_customers_own_words(shop: tuple[Library, Settings]) -> None:
    """This set is harder by far, and its figures have no bounds yet: they are printed, and -s shows them."""
    library, settings = shop
    enough = settings.tenants[0].faq_confidence
    searches = (library.retriever.search("qinghe", question["query"], limit=5) for question in CUSTOMERS)
    entries: set[str] = set()
    found: set[str] = set()
    figures: Counter[str] = Counter()
    for question, passages in zip(CUSTOMERS, await asyncio.gather(*searches), strict=True):
        scope, named = question.get("scope", "known"), question["gold"] or []
        gold = {named} if isinstance(named, str) else set(named)
        best = [passage for passage in passages if passage.is_faq][:1]
        right = gold.intersection(passage.title for passage in best)
        is_sent = any(passage.score >= enough for passage in best)
        entries |= gold
        found |= right
        happened = {
            "asked": True,
            "found first": bool(right),
            "answered rightly": bool(right) and is_sent,
            "answered wrongly": not right and is_sent,
        }
        figures.update(f"{scope}, {what}" for what, is_so in happened.items() if is_so)

    print(*(f"{name}: {count}" for name, count in figures.items()), sep="\n")
    assert found == entries


async def test_the_shop_has_enough_to_say(shop: tuple[Library, Settings]) -> None:
    library, _ = shop

    sources = await library.sources("qinghe")

    assert sources["faq.txt"] >= 60
    assert sources["delivery.md"] >= 5
