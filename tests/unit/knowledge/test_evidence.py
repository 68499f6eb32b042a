"""What speaks for an entry, of all that one search brought up."""

from __future__ import annotations

import numpy as np

from knowledge.evidence import Evidence, Witnesses
from knowledge.frequencies import Frequencies, Weights
from knowledge.index import Found, Hit

WORDINGS = ("怎么退货", "退货流程", "多久发货", "怎么绑定手机", "怎么解绑手机")
NO_VECTOR = np.zeros(2, np.float32)


def hit(item: str, wording: str, score: float) -> Hit:
    return Hit(item, wording, score, f"答{item}", f"问{item}", "faq.txt:line 1", is_faq=True)


def heard(question: str, dense: list[Hit], lexical: list[Hit]) -> Evidence:
    witnesses = Witnesses(Frequencies.of(WORDINGS), None)
    return witnesses.hear(question, NO_VECTOR, Found(dense, lexical))


def order(evidence: Evidence) -> list[str]:
    return [candidate.hit.item for candidate in evidence.candidates]


def test_several_near_wordings_of_an_entry_count_more_than_one() -> None:
    several = [hit("1", "退货流程", 0.90), hit("1", "怎么退货", 0.90), hit("2", "多久发货", 0.91)]

    evidence = heard("退", several, [])

    assert order(evidence) == ["1", "2"]
    assert evidence.candidates[0].cosine == 0.90


def test_an_entry_is_named_once_and_shown_by_its_best_wording() -> None:
    evidence = heard(
        "怎么退货",
        [hit("1", "退货流程", 0.95), hit("1", "怎么退货", 0.99)],
        [hit("1", "怎么退货", 7.0), hit("3", "多久发货", 1.0)],
    )

    assert order(evidence) == ["1", "3"]
    assert evidence.candidates[0].hit.wording == "怎么退货"


def test_words_in_common_speak_for_an_entry_that_is_as_near_in_meaning() -> None:
    dense = [hit("1", "多久发货", 0.9), hit("2", "怎么退货", 0.9)]

    assert order(heard("怎么退货", dense, [hit("2", "怎么退货", 5.0)])) == ["2", "1"]


def test_the_opposite_action_stands_behind() -> None:
    dense = [hit("1", "怎么绑定手机", 0.93), hit("2", "怎么解绑手机", 0.90)]

    assert order(heard("手机怎么解绑", dense, [])) == ["2", "1"]
    assert order(heard("手机怎么绑", dense, [])) == ["1", "2"]


def test_words_that_the_knowledge_does_not_have_are_strange() -> None:
    weights = Weights(Frequencies.of(WORDINGS))

    assert weights.of_question("怎么退货")[1] == 0
    assert weights.of_question("恐龙灭绝")[1] == 1
    assert 0 < weights.of_question("怎么养恐龙")[1] < 1
    assert weights.of_question("？！") == (0.0, 0.0, 0)
    assert weights.of_question("解绑")[0] > weights.of_question("怎么")[0], "the rarer is worth more"


def test_nothing_found_is_no_evidence() -> None:
    evidence = heard("？", [], [])

    assert evidence.candidates == []
    assert evidence.shares() == []
