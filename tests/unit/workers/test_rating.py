"""A rating when a person is done: asked for by the shop's wish, and taken for one only right then."""

from __future__ import annotations

import pytest

from bot import wording
from bot.types import Opinion
from tests.builders import A_CONVERSATION, SHOP, a_tenant
from tests.unit.workers.conftest import Shop
from tests.unit.workers.test_people import Counter


async def served(counter: Counter) -> None:
    """A person was asked for, helped, and is done."""
    await counter.write("转人工")
    await counter.clerk.say(A_CONVERSATION, "您好，我来帮您。", who="小李", patience=0)
    await counter.deliver()
    await counter.clerk.close(A_CONVERSATION, who="小李")
    await counter.deliver()


async def kept(shop: Shop) -> list[Opinion]:
    return [one.opinion for one in await shop.stores.opinions.since(SHOP, 0)]


@pytest.mark.parametrize(
    ("words", "stars", "thanks"),
    [("5", 5, wording.THANKS), ("４分", 4, wording.THANKS), (" 2星。", 2, wording.SORRY)],
)
async def test_a_rating_is_kept_and_thanked_for(shop: Shop, words: str, stars: int, thanks: str) -> None:
    counter = Counter(shop, ask_rating=True)
    await served(counter)
    assert counter.channel.sent[-1] == f"{wording.BOT_IS_BACK}\n\n{wording.RATE_US}"

    await counter.write(words)

    assert counter.channel.sent[-1] == thanks
    assert [(one.stars, one.good) for one in await kept(shop)] == [(stars, stars > 3)]


@pytest.mark.parametrize(
    ("words", "stars"),
    [
        (["五分"], 5),
        (["5分，谢谢"], 5),
        (["5分满意"], 5),
        (["打5分"], 5),
        (["给个五星好评"], 5),
        (["我给五星好评！"], 5),
        (["4，挺好的"], 4),
        (["5", "谢谢"], 5),
        (["好的", "4分"], 4),
        (["非常满意"], 5),
        (["5⭐"], 5),
        (["⭐⭐⭐⭐"], 4),
        (["1分，太差了"], 1),
        (["5分，小李很细心"], 5),
        (["4 stars, thanks"], 4),
    ],
)
async def test_it_is_given_in_customers_own_words_with_a_word_of_opinion_behind_it(
    shop: Shop, words: list[str], stars: int
) -> None:
    counter = Counter(shop, ask_rating=True)
    await served(counter)

    await counter.write(*words)

    assert counter.channel.sent[-1] == (wording.THANKS if stars > 3 else wording.SORRY)
    assert [one.stars for one in await kept(shop)] == [stars]


@pytest.mark.parametrize("words", [["5分，对了怎么退货"], ["5", "怎么退货"], ["五星好评！我还想退货"]])
async def test_what_is_asked_beside_it_is_answered_too(shop: Shop, words: list[str]) -> None:
    counter = Counter(shop, ask_rating=True)
    await served(counter)

    await counter.write(*words)

    assert counter.channel.sent[-1] == f"七天内都可以退哦。\n\n{wording.THANKS}"
    assert [one.stars for one in await kept(shop)] == [5]


@pytest.mark.parametrize(
    ("words", "stars", "first"),
    [
        ("5分 在吗", 5, a_tenant().greeting),
        ("5分，你是机器人吗", 5, wording.A_ROBOT_WITH_PEOPLE),
        ("给个五星，转人工", 5, wording.HANDED_OFF),
        ("1分，我要投诉", 1, wording.HANDED_OFF_SORRY),
    ],
)
async def test_it_is_thanked_for_behind_whatever_else_is_said(
    shop: Shop, words: str, stars: int, first: str
) -> None:
    counter = Counter(shop, ask_rating=True)
    await served(counter)

    await counter.write(words)

    thanks = wording.THANKS if stars > 3 else wording.SORRY
    assert counter.channel.sent[-1] == f"{first}\n\n{thanks}"
    assert [one.stars for one in await kept(shop)] == [stars]


@pytest.mark.parametrize(
    "words", ["5分，你们几点下班", "5分，都什么时候发货", "5分，还能退吗", "给你们5分，怎么退货"]
)
async def test_a_question_that_begins_like_an_opinion_is_one(shop: Shop, words: str) -> None:
    counter = Counter(shop, ask_rating=True)
    await served(counter)

    await counter.write(words)

    assert counter.channel.sent[-1] == f"七天内都可以退哦。\n\n{wording.THANKS}"


@pytest.mark.parametrize(
    "words",
    [
        "5件",
        "5 件有货吗",
        "5天",
        "5分钟能到吗",
        "1、怎么退货 2、多久到账",
        "1. 怎么退货",
        "三星手机",
        "10分",
        "一般",
    ],
)
async def test_a_number_of_other_things_is_none(shop: Shop, words: str) -> None:
    counter = Counter(shop, ask_rating=True)
    await served(counter)

    await counter.write(words)

    assert await kept(shop) == []


async def test_the_same_number_is_a_question_at_any_other_time(shop: Shop) -> None:
    counter = Counter(shop, ask_rating=True)
    await served(counter)

    await counter.write("怎么退货")
    await counter.write("5")

    assert await kept(shop) == []


async def test_an_hour_later_it_is_one_too(shop: Shop) -> None:
    counter = Counter(shop, ask_rating=True)
    await served(counter)
    shop.clock.now += 3601

    await counter.write("5")

    assert await kept(shop) == []


async def test_no_shop_asks_that_does_not_want_to(shop: Shop) -> None:
    counter = Counter(shop)
    await served(counter)
    assert counter.channel.sent[-1] == wording.BOT_IS_BACK

    await counter.write("5")

    assert await kept(shop) == []


async def test_whom_no_person_had_a_word_for_is_not_asked_how_it_was(shop: Shop) -> None:
    counter = Counter(shop, ask_rating=True)
    await counter.write("转人工")

    await counter.clerk.close(A_CONVERSATION, who="小李")
    await counter.deliver()

    assert counter.channel.sent[-1] == wording.BOT_IS_BACK
