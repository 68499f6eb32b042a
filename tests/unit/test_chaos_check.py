"""The judge of chaos runs: what it must see, and what it must excuse."""

from __future__ import annotations

from collections.abc import Sequence

from tests.chaos.check import Asked, Shown, Verdict, check
from tests.chaos.tags import Tag, answer_to, tags

NO_KEY: frozenset[int] = frozenset()


def seen(*numbers: int, at: float = 100.0) -> list[Shown]:
    """One answer after the other, a second apart."""
    return [Shown(at + place, f"答复 {Tag(7, number)}") for place, number in enumerate(numbers)]


def judged(
    shown: Sequence[Shown], *, sent: int = 3, key: bool = False, disturbed: Sequence[float] = ()
) -> Verdict:
    return check({7: sent}, {7: shown}, with_key=frozenset({7}) if key else NO_KEY, disturbed=disturbed)


def test_an_answer_bears_the_tags_of_its_questions() -> None:
    both = f"在吗 {Tag(7, 0)}\n请问 {Tag(7, 1)}"
    assert tags(answer_to(both)) == [Tag(7, 0), Tag(7, 1)]


def test_each_once_and_in_order_is_good() -> None:
    assert judged(seen(0, 1, 2)).good
    assert judged([Shown(1.0, answer_to("".join(map(str, (Tag(7, 0), Tag(7, 1), Tag(7, 2))))))]).good


def test_what_nobody_answered_is_lost() -> None:
    assert judged(seen(0, 2)).lost == [Tag(7, 1)]
    assert judged([]).lost == [Tag(7, 0), Tag(7, 1), Tag(7, 2)]


def test_a_second_answer_out_of_the_blue_is_a_fault() -> None:
    assert judged(seen(0, 1, 1, 2)).twice == [Tag(7, 1)]


def test_a_second_copy_after_a_death_is_excused_where_the_platform_takes_no_key() -> None:
    shown = seen(0, 1, 1, 2)
    assert judged(shown, disturbed=[101.5]).good
    assert judged(shown, disturbed=[101.5]).twice_in_window == [Tag(7, 1)]
    assert judged(shown, disturbed=[101.5], key=True).twice == [Tag(7, 1)]
    assert judged(shown, disturbed=[90.0]).twice == [Tag(7, 1)], "that was long before"


def test_an_older_question_answered_later_is_out_of_order() -> None:
    assert judged(seen(0, 2, 1)).disorder == [(Tag(7, 2), Tag(7, 1))]


def test_what_answers_nothing_or_somebody_else_is_strange() -> None:
    assert judged([*seen(0, 1, 2), Shown(200.0, "抱歉")]).strange == ["抱歉"]
    assert judged([*seen(0, 1, 2), Shown(200.0, str(Tag(8, 0)))]).strange == ["#c0008-000#"]


def test_two_calls_at_once_for_one_customer_mean_two_holders() -> None:
    first, second = Asked(7, (Tag(7, 0),), 10.0, 12.0), Asked(7, (Tag(7, 0),), 11.0, 13.0)

    def judge(*asked: Asked, disturbed: Sequence[float] = ()) -> Verdict:
        return check({7: 1}, {7: seen(0)}, with_key=NO_KEY, disturbed=disturbed, asked=asked)

    assert judge(first, second).held_twice == [(first, second)]
    assert judge(first, second, disturbed=[10.5]).good, "its first holder had died"
    assert judge(first, Asked(7, (Tag(7, 1),), 12.0, 13.0)).good
    assert judge(first, Asked(8, (Tag(8, 0),), 11.0, 13.0)).good
