"""How sure it is that the knowledge holds an answer."""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge import logistic
from knowledge.confidence import LITTLE, Confidence, HeldOut, Scale, before
from knowledge.documents import Item, entry
from knowledge.edge import EdgeIndex
from knowledge.embed import Vectors
from knowledge.evidence import Candidate, Evidence
from knowledge.index import Hit
from knowledge.learn import decoded, learn
from knowledge.lexical import terms
from knowledge.library import Library
from knowledge.versions import Contents

SIZE = 64
THINGS = ("退货", "换货", "发票", "运费", "尺码", "颜色", "优惠券", "会员卡", "包装盒", "地址栏")
ASKS = ("怎么弄{}", "{}是什么规矩", "我想问问{}", "请讲讲{}的事")


def evidence(cosine: float, *, item: str = "a", second: float = 0.0) -> Evidence:
    def candidate(name: str, score: float) -> Candidate:
        hit = Hit(name, "问", score, "答", "问", "faq.txt:line 1", is_faq=True)
        return Candidate(hit, score, score, 100 * score, score * 20)

    return Evidence([candidate(item, cosine), candidate("other", second)], strange=0.2, terms=8)


def test_what_is_usual_is_told_by_the_lower_half() -> None:
    clean = Scale.of([float(number) for number in range(100)])
    at_home = Scale.of([*(float(number) for number in range(100)), *([900.0] * 20)])

    assert clean.place(clean.usual) == 0
    assert at_home.place(150.0) == pytest.approx(clean.place(150.0), abs=1.0)
    assert clean.place(1e9) == -clean.place(-1e9) == 8, "no single sign decides all"


def test_held_out_wordings_draw_the_border_between_own_and_foreign() -> None:
    chance = random.Random(7)
    own = [HeldOut("a", evidence(chance.gauss(0.9, 0.03))) for _ in range(100)]
    foreign = [evidence(chance.gauss(0.5, 0.05)) for _ in range(100)]

    learned = Confidence.of(own, foreign, wordings=400)

    assert learned.known(evidence(0.9)) > 0.95
    assert learned.known(evidence(0.5)) < 0.1
    assert learned.weights != before(400)


def test_with_few_wordings_the_weights_from_before_stay() -> None:
    foreign = [evidence(0.4 + number / 1000) for number in range(100)]

    learned = Confidence.of([HeldOut("a", evidence(0.9))] * 5, foreign, wordings=400)

    assert learned.weights == before(400)
    assert learned.known(evidence(0.95)) > 0.5 > learned.known(evidence(0.42))


def test_strange_words_tell_nothing_while_there_is_hardly_any_knowledge() -> None:
    assert before(0) == LITTLE
    strange = [before(wordings)[4] for wordings in (1, 10, 100, 1000, 10_000)]
    assert strange == sorted(strange, reverse=True)
    assert strange[0] > -1.5 > -3 > strange[-1]


def test_where_there_are_texts_less_has_to_speak_for_them() -> None:
    some, none = (before(wordings, texts=1.0) for wordings in (400, 0))

    assert some[:-1] == before(400)[:-1]
    assert some[-1] > before(400, texts=0.5)[-1] > before(400)[-1]
    assert none == before(0)


def test_a_bot_at_home_with_small_talk_is_not_taught_to_refuse_it() -> None:
    chance = random.Random(7)
    own = [HeldOut("a", evidence(chance.gauss(0.9, 0.03))) for _ in range(100)]
    foreign = [evidence(chance.gauss(0.5, 0.05)) for _ in range(70)]
    at_home = [evidence(chance.gauss(0.92, 0.02)) for _ in range(30)]

    assert Confidence.of(own, [*foreign, *at_home], wordings=400).known(evidence(0.9)) > 0.9


def test_scores_share_out_what_is_certain() -> None:
    learned = Confidence(Scale(40, 5), Scale(0.5, 0.05))

    clear, close = (
        learned.scores(evidence(0.9, second=0.5), limit=5),
        learned.scores(evidence(0.9, second=0.89), limit=5),
    )

    assert sum(clear) == pytest.approx(learned.known(evidence(0.9, second=0.5)))
    assert clear[0] > 0.9 * sum(clear)
    assert close[0] == pytest.approx(close[1], rel=0.3)
    assert learned.scores(Evidence([], 1.0, 0), limit=5) == []
    assert learned.known(Evidence([], 1.0, 0)) == 0


def test_weights_follow_what_they_are_shown_as_far_as_they_are_let() -> None:
    signs = np.array([[x, 1.0] for x in np.linspace(-3, 3, 60)])
    yes = (signs[:, 0] > 1).astype(float)
    before = np.array([0.0, 0.0])

    free = logistic.fit(signs, yes, np.ones(60), before, hold=0.1)
    held = logistic.fit(signs, yes, np.ones(60), before, hold=1e6)

    assert (
        logistic.probability(free.tolist(), (2.5, 1.0))
        > 0.9
        > 0.1
        > logistic.probability(free.tolist(), (0.0, 1.0))
    )
    assert np.abs(held).max() < 0.01


def test_weights_come_to_rest_where_nothing_is_in_doubt() -> None:
    """Whole steps go to and fro past the goal for ever."""
    chance = np.random.default_rng(7)
    signs = np.hstack(
        [
            np.repeat([[6.0, 7.0], [0.5, 0.5]], 100, axis=0) + chance.normal(0, 0.5, (200, 2)),
            np.ones((200, 1)),
        ]
    )
    yes = np.repeat([1.0, 0.0], 100)
    before, counts, hold = np.array([0.5, 0.5, 3.0]), np.full(200, 5.0), 50.0

    weights = logistic.fit(signs, yes, counts, before, hold=hold)

    slope = signs.T @ (counts * (logistic.probabilities(weights, signs) - yes)) + hold * (weights - before)
    assert np.abs(slope).max() < 0.1


class WordVectors:
    """An embedding by the words alone."""

    name = "words"

    async def questions(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._one(text) for text in texts])

    passages = questions

    async def close(self) -> None:
        """Nothing to let go of."""

    def _one(self, text: str) -> Vectors:
        vector = np.full(SIZE, 0.01, np.float32)
        for term in terms(text):
            vector += np.random.default_rng(zlib.crc32(term.encode())).normal(size=SIZE).astype(np.float32)
        return vector / np.float32(np.linalg.norm(vector))


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[tuple[Library, EdgeIndex]]:
    index = EdgeIndex.open(tmp_path / "vectors", embedder="words", dimensions=SIZE)
    made = Library(WordVectors(), index)
    yield made, index
    await made.close()


def entries() -> list[Item]:
    return [
        entry(
            first.format(thing),
            [other.format(thing) for other in others],
            f"关于{thing}",
            source="f",
            place="1",
        )
        for thing in THINGS
        for first, *others in [ASKS]
    ]


async def fill(library: Library, tenant: str, items: list[Item]) -> None:
    await library.add(tenant, items)
    await library.publish(tenant, {"f": Contents([item.id_for(tenant) for item in items])})


async def shelf_of(library: Library) -> str:
    current = (await library.versions("a")).current
    assert current
    return current.shelf


async def test_of_more_knowledge_than_is_looked_at_no_part_is_learned_either(
    library: tuple[Library, EdgeIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    def learned(*_: object) -> None:
        pytest.fail("a part was learned, and judged wordings by what no customer's question is judged by")

    shelf, index = library
    monkeypatch.setattr("knowledge.learn._MOST", 47)
    monkeypatch.setattr("knowledge.learn.Discernment.of", learned)

    await fill(shelf, "a", entries())

    found = decoded(await index.learned(await shelf_of(shelf)), "words")
    assert found is not None
    assert found.discernment is None


async def test_a_tenants_knowledge_is_learned_when_it_is_imported(library: tuple[Library, EdgeIndex]) -> None:
    shelf, index = library

    await fill(shelf, "a", entries())
    known = await shelf.retriever.search("a", "我想弄一下发票", channel=None, limit=3)
    foreign = await shelf.retriever.search("a", "今天月亮好圆", channel=None, limit=3)

    assert decoded(await index.learned(await shelf_of(shelf)), "words") is not None
    assert known[0].title == "怎么弄发票"
    assert sum(passage.score for passage in known) > 0.5 > sum(passage.score for passage in foreign)
    assert all(0 <= passage.score <= 1 for passage in (*known, *foreign))


async def test_what_changed_is_learned_anew_and_what_is_small_too(
    library: tuple[Library, EdgeIndex],
) -> None:
    shelf, index = library
    await fill(shelf, "a", entries())
    before = await index.learned(await shelf_of(shelf))

    await fill(shelf, "a", entries())
    assert await index.learned(await shelf_of(shelf)) == before
    await fill(shelf, "a", entries()[:-1])
    assert await index.learned(await shelf_of(shelf)) != before
    await fill(shelf, "a", entries()[:1])
    assert decoded(await index.learned(await shelf_of(shelf)), "words") is not None
    assert (await shelf.retriever.search("a", "怎么弄退货", channel=None, limit=1))[0].title == "怎么弄退货"


async def test_without_an_entry_there_is_nothing_to_learn(library: tuple[Library, EdgeIndex]) -> None:
    shelf, index = library

    assert await learn(index, WordVectors(), "a") is None
    await fill(shelf, "a", entries()[:1])
    await fill(shelf, "a", [])
    assert await shelf.retriever.search("a", "怎么弄退货", channel=None, limit=1) == []


async def test_tenants_learn_apart(library: tuple[Library, EdgeIndex]) -> None:
    shelf, _ = library
    await fill(shelf, "a", entries())

    assert (await shelf.versions("b")).current is None
    assert await shelf.retriever.search("b", "怎么弄退货", channel=None, limit=3) == []


async def test_what_another_model_or_version_learned_is_of_no_use(library: tuple[Library, EdgeIndex]) -> None:
    shelf, index = library
    await fill(shelf, "a", entries())
    learned = await learn(index, WordVectors(), await shelf_of(shelf))
    assert learned is not None

    assert decoded(learned.encoded(), "words") == learned
    assert decoded(learned.encoded(), "another") is None
    assert decoded(b"", "words") is None
    assert decoded(b"\x93half", "words") is None


def test_shares_add_up() -> None:
    shares = evidence(0.9, second=0.7).shares()

    assert math.fsum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
