"""A question that names a product by its code is about that product, and about nothing that looks like it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.codes import looks
from bot.settings import Settings
from bot.types import Passage
from knowledge.codes import Named
from knowledge.index import Found, Hit
from knowledge.library import Library, open_library

module = pytest.mark.asyncio(loop_scope="module")

PRODUCTS = """货号,商品名称,价格
QH-1022,青禾钢笔,39
QH-1023,帆布袋,25
QH 1024-M,亚麻衬衫,199
660712,宣纸,18
"""
FAQ = """Q: 运费怎么算
Q: 邮费多少钱
A: 满九十九元包邮，不满收八元。

Q: 订单多久发货
A: 四十八小时内。
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    folder = tmp_path_factory.mktemp("codes")
    (folder / "faq").mkdir()
    (folder / "faq/products.csv").write_text(PRODUCTS)
    (folder / "faq/faq.txt").write_text(FAQ)
    tenant = {"name": "shop", "knowledge": [str(folder / "faq")]}
    settings = Settings.model_validate({"data_dir": folder / "data", "tenants": [tenant]})
    library = await open_library(settings)
    await library.sync_tenant(settings.tenants[0])
    yield library
    await library.close()


async def best(shop: Library, question: str) -> Passage:
    return (await shop.retriever.search("shop", question, limit=5))[0]


@module
@pytest.mark.parametrize(
    ("question", "product"),
    [
        ("QH-1023多少钱", "帆布袋"),
        ("qh1023", "帆布袋"),
        ("ＱＨ－１０２３ 还有吗", "帆布袋"),
        ("请问QH 1022要多少钱", "青禾钢笔"),
        ("我要2件qh1024m", "亚麻衬衫"),
        ("660712多少钱", "宣纸"),
    ],
)
async def test_an_item_is_found_by_its_code_however_it_is_written(
    shop: Library, question: str, product: str
) -> None:
    found = await best(shop, question)

    assert found.title == product
    assert found.score > 0.9


@module
async def test_its_fields_are_the_answer(shop: Library) -> None:
    assert (await best(shop, "QH-1023多少钱")).text == "帆布袋\n货号：QH-1023\n价格：25"


@module
@pytest.mark.parametrize("question", ["QH-1029多少钱", "QH-77的运费多少钱", "xy-1234 邮费多少钱"])
async def test_nothing_answers_for_a_code_that_the_shop_does_not_have(shop: Library, question: str) -> None:
    found = await shop.retriever.search("shop", question, limit=5)

    assert sum(passage.score for passage in found) < 0.2


@module
@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("订单20260105001多久发货", "订单多久发货"),
        ("满660712元的运费怎么算", "运费怎么算"),
        ("2026年运费怎么算", "运费怎么算"),
    ],
)
async def test_other_numbers_name_no_product(shop: Library, question: str, entry: str) -> None:
    found = await best(shop, question)

    assert found.title == entry
    assert found.score > 0.35


@module
async def test_two_codes_share_what_is_certain(shop: Library) -> None:
    found = await shop.retriever.search("shop", "QH-1022和QH-1023哪个好", limit=2)

    assert {passage.title for passage in found} == {"青禾钢笔", "帆布袋"}
    assert sum(passage.score for passage in found) == pytest.approx(0.95)


def hit(item: str, wording: str, *, is_faq: bool = True, codes: tuple[str, ...] = ()) -> Hit:
    return Hit(item, wording, 0.9, f"答{item}", wording, "faq.txt:line 1", is_faq, codes)


def judged(question: str, *hits: Hit, known: frozenset[str] = frozenset()) -> list[tuple[str, float]]:
    passages = [Passage(one.item, one.text, one.title, one.source, 0.5, one.is_faq) for one in hits]
    named = Named.of(question)
    assert named
    return [(one.id, round(one.score, 3)) for one in named.judge(passages, Found(list(hits), []), known)]


def test_an_entry_that_asks_of_the_code_knows_it() -> None:
    about = hit("about", "QH-1023怎么洗")
    product = hit("product", "帆布袋 QH-1023", codes=("QH-1023",))

    assert judged("qh1023怎么洗", hit("other", "怎么洗"), about, product) == [
        ("about", 0.475),
        ("product", 0.475),
        ("other", 0.05),
    ]


def test_a_code_in_a_document_is_known_but_not_for_certain() -> None:
    found = [
        hit("other", "怎么洗"),
        Hit("rules", "洗涤", 0.9, "QH-1023 请手洗。", "洗涤", "rules.md:line 1", False),
    ]

    assert judged("QH-1023怎么洗", *found, known=looks(["QH-1022"])) == [("rules", 0.5), ("other", 0.05)]


def test_a_shop_without_codes_takes_none_for_one() -> None:
    assert judged("iphone15的壳有吗", hit("cases", "有手机壳吗")) == [("cases", 0.5)]


def test_what_was_learned_tells_a_code_where_no_product_was_found() -> None:
    learned = looks(["QH-1022"])

    assert judged("QH-9多少钱", hit("postage", "运费多少钱"), known=learned) == [("postage", 0.05)]
    assert judged("SF1234567890到哪了", hit("postage", "到哪了"), known=learned) == [("postage", 0.5)]


def test_most_questions_name_nothing() -> None:
    assert [Named.of(question) for question in ("怎么退货", "满99元包邮吗", "M码多大", "买2件")] == [None] * 4
