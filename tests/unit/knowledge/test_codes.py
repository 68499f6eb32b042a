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
    return (await shop.retriever.search("shop", question, channel=None, limit=5))[0]


@module
@pytest.mark.parametrize(
    ("question", "product"),
    [
        ("QH-1023多少钱", "帆布袋"),
        ("qh1023", "帆布袋"),
        ("ＱＨ－１０２３ 还有吗", "帆布袋"),
        ("请问QH 1022要多少钱", "青禾钢笔"),
        ("我要2件qh1024m", "亚麻衬衫"),
        ("QH1023米色的多少钱", "帆布袋"),
        ("QH-1023升级版有吗", "帆布袋"),
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
    found = await shop.retriever.search("shop", question, channel=None, limit=5)

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
    found = await shop.retriever.search("shop", "QH-1022和QH-1023哪个好", channel=None, limit=2)

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


def test_of_codes_that_stand_in_one_another_the_longest_is_meant() -> None:
    plain = hit("plain", "iPhone 13", codes=("iPhone 13",))
    pro = hit("pro", "iPhone 13 Pro", codes=("iPhone 13 Pro",))

    assert judged("iphone13pro换屏多少钱", plain, pro)[0] == ("pro", 0.95)
    assert judged("iphone 13 换屏多少钱", plain, pro)[0] == ("plain", 0.95)
    assert {score for _, score in judged("iphone13和iphone13pro换屏", plain, pro)} == {0.475}


def test_a_word_that_makes_another_code_of_one_does_so_where_that_is_not_known() -> None:
    plain = hit("plain", "iPhone 13", codes=("iPhone 13",))
    others = (
        hit("others", "iPhone 12 Pro Max", codes=("iPhone 12 Pro Max",)),
        hit("bag", "包", codes=("QH-1-XL",)),
    )

    assert dict(judged("iphone13 pro max换屏多少钱", plain, *others))["plain"] == 0.05
    assert dict(judged("iphone 13 case有吗", plain, *others))["plain"] == 0.95
    assert dict(judged("iphone 13 XL有吗", plain, *others))["plain"] == 0.95
    assert dict(judged("iphone 12 pro max和iphone 13哪个好", plain, *others))["plain"] == 0.475


@pytest.mark.parametrize(
    ("question", "score"),
    [
        ("iPhone 14换电池多少钱", 0.05),
        ("iPhone 14换屏多少钱", 0.95),
        ("iPhone 14换屏和换电池", 0.95),
        ("iPhone 14屏幕碎了", 0.95),
        ("iPhone 14多少钱", 0.95),
    ],
)
def test_a_code_that_several_items_share_means_those_that_are_asked_for(question: str, score: float) -> None:
    screen = hit("screen", "iPhone 14 换屏", codes=("iPhone 14",))
    battery = hit("battery", "iPhone 13 换电池", codes=("iPhone 13",))

    assert dict(judged(question, screen, battery))["screen"] == score


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


MEASURES = (
    "身高180cm穿什么码",
    "180CM 穿什么码",
    "我175cm 60kg穿什么码",
    "175cm/65kg穿多大",
    "180cm60KG要几码",
    "160-165cm穿什么码",
    "身高１８０㎝能穿吗",
    "能装500ml水吗",
    "有１０００ＭＬ的吗",
    "5000mAh够用吗",
    "充电器是100W的吗",
    "用220v的电可以吗",
    "有512GB的吗",
    "桌面是120*60cm吗",
    "20cmx30cm的有吗",
    "客厅120㎡够用吗",
    "满100rmb包邮吗",
    "does it fit 180 cm",
    "I weigh 60 kg, which size",
    "can it be returned after 100 days",
)


@pytest.mark.parametrize("question", MEASURES)
@pytest.mark.parametrize("code", ["120AB", "88AB", "120A", "1200ABC", "CM-60", "15IN", "90DAYS-X"])
def test_a_measure_is_no_code_that_merely_looks_like_the_shop_s(question: str, code: str) -> None:
    named = Named.of(question)
    shirts = [Passage("sizes", "看尺码表。", "穿什么码", "faq.txt:line 1", 0.9, True)]

    assert (
        named is None or named.judge(shirts, Found([hit("sizes", "穿什么码")], []), looks([code])) == shirts
    )


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("500ML", "500ml多少钱"),
        ("QH-500ML", "qh 500ml多少钱"),
        ("QH-500ML", "QH500ML还有吗"),
        ("120M", "120M多少钱"),
        ("AB-180CM", "ab-180cm有货吗"),
    ],
)
def test_a_measure_that_is_just_an_item_s_code_means_the_item(code: str, question: str) -> None:
    product = hit("product", f"保温杯 {code}", codes=(code,))

    assert judged(question, hit("other", "多少钱"), product) == [("product", 0.95), ("other", 0.05)]


def test_a_code_with_a_unit_in_it_that_the_shop_does_not_have_is_still_none_of_its_own() -> None:
    for question in ("QH-750ML多少钱", "qh750ml还有吗", "1029A多少钱"):
        assert judged(question, hit("other", "多少钱"), known=looks(["QH-500ML", "1023A"])) == [
            ("other", 0.05)
        ]


@pytest.mark.parametrize(
    "question", ["1000ml的有吗", "1000毫升的有吗", "500-1000元的有吗", "要1000公斤", "1000 g多少钱"]
)
def test_the_number_of_a_measure_names_no_item(question: str) -> None:
    named = Named.of(question)

    assert named is None or "1000" not in {one.short for one in named.places}


def test_most_questions_name_nothing() -> None:
    assert [Named.of(question) for question in ("怎么退货", "满99元包邮吗", "M码多大", "买2件")] == [None] * 4
