"""What operators see of replies that were given up, are told of them, and can do."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import NotFound, Refused, Unavailable
from bot.types import APOLOGISED, Address, DeadLetter, Work
from tests.builders import A_CONVERSATION, SHOP, a_conversation, a_message, a_reply
from tests.taking import lease_on_answering
from tests.unit.workers.conftest import Shop
from workers.alarm import Alarm, words
from workers.dead_letters import Choice, DeadLetterOffice


class Group:
    """`workers.alarm.Group` that remembers; `faults` come first."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.told: list[str] = []

    async def tell(self, text: str) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.told.append(text)


def a_letter(
    id_: str = "r1", channel: str = "door", reason: str = "no such user", **changes: Any
) -> DeadLetter:
    reply = a_reply(id=id_, conversation=a_conversation(channel=channel))
    return DeadLetter(reply, **{"state": "failed", "reason": reason, **changes})


async def given_up(shop: Shop, *letters: DeadLetter) -> None:
    for letter in letters:
        conversation = letter.reply.conversation
        await shop.stores.inbox.accept(a_message(conversation=conversation, id=f"to {letter.id}"))
        lease = await lease_on_answering(shop.stores, conversation)
        await shop.stores.letters.bury(lease, letter)
        await shop.stores.leases.release(lease)


@pytest.fixture
def office(shop: Shop) -> DeadLetterOffice:
    return DeadLetterOffice(shop.stores.letters, shop.nudges, shop.clock)


async def test_a_reply_is_tried_again_and_announced(shop: Shop, office: DeadLetterOffice) -> None:
    await given_up(shop, a_letter())
    (letter,) = await office.all(Choice())

    await office.retry(letter)

    assert shop.nudges.of(Work.DELIVER) == [A_CONVERSATION]
    with pytest.raises(NotFound, match="not on the list any more"):
        await office.drop(letter)


async def test_messages_that_got_an_apology_are_announced_as_questions(
    shop: Shop, office: DeadLetterOffice
) -> None:
    await given_up(shop, a_letter(state=APOLOGISED, messages=(a_message(),)))
    (letter,) = await office.all(Choice())

    await office.retry(letter)

    assert shop.nudges.of(Work.ANSWER)[-1:] == [A_CONVERSATION]


async def test_an_address_that_ran_out_is_said_and_stays_on_the_list(
    shop: Shop, office: DeadLetterOffice
) -> None:
    reply = a_reply(address=Address({}, expires_at=shop.clock.now - 1))
    await given_up(shop, DeadLetter(reply, "expired", "its address ran out"))
    (letter,) = await office.all(Choice())

    with pytest.raises(Refused, match="its address ran out"):
        await office.retry(letter)

    assert len(await office.all(Choice())) == 1


async def test_who_names_one_that_is_not_there_is_told(shop: Shop, office: DeadLetterOffice) -> None:
    await given_up(shop, a_letter("here"))

    with pytest.raises(NotFound, match="gone"):
        await office.all(Choice(ids=["here", "gone"]))


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        (Choice(), {"a", "b", "c"}),
        (Choice(ids=["b"]), {"b"}),
        (Choice(channel="window"), {"b"}),
        (Choice(tenant=SHOP), {"a", "b", "c"}),
        (Choice(tenant="another"), set()),
        (Choice(apologised=True), {"c"}),
        (Choice(apologised=False), {"a", "b"}),
    ],
)
async def test_one_sees_what_one_chose(
    choice: Choice, found: set[str], shop: Shop, office: DeadLetterOffice
) -> None:
    await given_up(shop, a_letter("a"), a_letter("b", "window"), a_letter("c", state=APOLOGISED))

    assert {letter.id for letter in await office.all(choice)} == found


async def test_a_turn_that_ended_in_an_apology_is_on_the_list_with_its_reason(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message())

    await shop.answerer(retriever=Broken(), tries=1).answer(A_CONVERSATION)

    (letter,) = await shop.stores.letters.all()
    assert (letter.state, letter.reason) == (APOLOGISED, "the vectors are away")
    assert [message.id for message in letter.messages] == ["m1"]


async def test_who_is_answered_after_all_is_owed_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.stores.inbox.accept(a_message())

    async def away(*_: object, **__: object) -> None:
        raise Unavailable("the store is away, just when the apology was to go out")

    with monkeypatch.context() as patch:
        patch.setattr(shop.stores.inbox, "commit", away)
        with pytest.raises(Unavailable):
            await shop.answerer(retriever=Broken(), tries=1).answer(A_CONVERSATION)
    await shop.answerer().answer(A_CONVERSATION)

    assert await shop.stores.letters.all() == []


class Broken:
    """`bot.ports.Retriever` without its store."""

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Any]:
        raise Unavailable("the vectors are away")

    async def ping(self) -> None:
        raise Unavailable("the vectors are away")


async def test_a_group_is_told_once_of_all_that_is_new(shop: Shop) -> None:
    group = Group()
    alarm = Alarm(shop.stores.letters, group, pause_s=0.001)
    await alarm.look()
    assert group.told == [], "nothing was given up"

    await given_up(
        shop, a_letter("a"), a_letter("b"), a_letter("c", "window", "the month's quota is used up")
    )
    for _ in range(3):
        await alarm.look()

    (text,) = group.told
    assert text.splitlines() == [
        "客服提醒：渠道door有2条回复没能送达：no such user",
        "客服提醒：渠道window有1条回复没能送达：the month's quota is used up",
        "查看：kefu dead list",
        "原因排除后重试：kefu dead retry …",
    ]


async def test_what_a_group_could_not_be_told_is_told_with_the_next(shop: Shop) -> None:
    group = Group(Unavailable("the robot's platform is away"))
    await given_up(shop, a_letter("a"))
    await Alarm(shop.stores.letters, group, pause_s=0.001).look()
    assert group.told == []

    await given_up(shop, a_letter("b"))
    await Alarm(shop.stores.letters, group, pause_s=60).look()

    assert "有2条" in group.told[0]


async def test_between_two_messages_there_is_a_pause_whoever_looks(shop: Shop) -> None:
    group = Group()
    for id_ in ("a", "b"):
        await given_up(shop, a_letter(id_))
        await Alarm(shop.stores.letters, group, pause_s=60).look()

    assert len(group.told) == 1


def test_a_message_holds_no_words_of_anybody_and_no_more_lines_than_one_reads() -> None:
    many = [a_letter(str(n), reason=f"reason {n}", messages=(a_message("我的电话"),)) for n in range(9)]

    text = words([*many, a_letter("x", state=APOLOGISED)])

    assert len(text.splitlines()) == 5 + 1 + 2
    assert "另外还有5条" in text
    assert "七天" not in text
    assert "电话" not in text


def test_an_apology_is_told_of_as_one() -> None:
    assert "有1次提问没能答上，只回了致歉：the model is away" in words(
        [a_letter(state=APOLOGISED, reason="the model is away")]
    )
