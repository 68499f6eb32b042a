"""What may be done and what may not, what need be and what will be: 可以带宠物, 不会掉色."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from bot.grounding.conditions import is_bounded, is_conditional
from bot.grounding.text import CLAUSE, asks


@dataclass(frozen=True, slots=True)
class Act:
    """One, in a clause; of its words those that tell it from another."""

    group: str
    """May it be done, need it be, will it be."""
    may: bool
    subject: str
    object: str
    words: str
    """As it was said."""
    bound: bool = False
    """It holds on a condition, or within numbers: outside of them the opposite may."""
    topic: str = ""
    """What it stands under is on, where it names no subject."""


_MAY: Final = (
    r"(?:可以|能够|能(?![量源耗])|可(?![能爱靠是惜见选口])|支持|接受|提供|允许|受理"
    r"|有(?![效限关些时点的没任机误哪什疑问需一]))"
)
_MODAL: Final = re.compile(
    rf"(?=[暂时不未没无禁谢严切请可能支接提允受有需必会])"
    rf"(?:(?P<may_not>暂?时?[不未没](?:再|太)?{_MAY}+|没有|无法|禁止|谢绝|严禁|切勿|请勿|不要|不得|不予|不建议)"
    rf"|(?P<may>{_MAY}+)"
    r"|(?P<need_not>不(?:需要?|用|必|须)|无[需须])|(?P<need>需要?|必须)"
    r"|(?P<will_not>不会)|(?P<will>会(?![员议话计场所]))"
    r"|(?P<not>暂?不(?=[一-鿿])))"
)
_UNSURE: Final = re.compile(
    r"是否|[能可]否|不见得|能不能|可不可|是不是|有没有|会不会|要不要|需不需"
    r"|如果|若|要是|假如|一旦|除非|的话|一定|可能|未必|或许|也许|以免|避免|防止|看情况|酌情"
)
_DENIES: Final = re.compile(r"[不没未无非别勿]|除|以外|之外|其[他它余]")
"""Of whom or of what it is said is then not told by the words."""
_TERM: Final = re.compile(
    r"[\d一二两三四五六七八九十半.]+\s?个?(?:工作日|小时|分钟|星期|[天日周月年元次件])?(?:[以之]?[内前后])?"
)
_FILLERS: Final = re.compile(
    r"抱歉|不好意思|对不起|[您你]好|[您你]的?|我们|咱们?|本[店所馆院司]|(?:本|我们?)?(?:诊所|酒店|店铺|公司|平台)|店[里内]"
    r"|这[边里]|目前|现在|暂时?|申请|办理|享受|进行|使用|服务|直接|同样|其实|一般|通常|非常|当然|放心|是的|好的"
    r"|[亲很哦噢喔呢呀啊哈啦了的地得也都均就还是只仅该此请为给帮而用在来去做说嗯好吗嘛么要]|[^\w]|\d|_"
)
_ASKING: Final = re.compile(
    r"能不(?=能)|可不(?=可)|有没(?=有)|会不(?=会)|需不(?=需)|支不(?=支)|是否|怎么样?|如何|什么|[吗嘛么呢?]|请问"
)
_LEAST: Final = 2
"""Letters of a word."""
_FAR: Final = 80
"""Letters of a clause: a longer one is none."""
_MODALS: Final = 4
"""Of a clause that are looked at."""


def acts(sentence: str, topic: str = "", among: Container[tuple[str, bool]] | None = None) -> Iterator[Act]:
    """Of a `plain` sentence. `topic`: what it stands under, as far as `topic_of` tells. `among`: the groups
    and sides that are looked for; None: all."""
    if asks(sentence):
        return
    before = ""
    for clause in CLAUSE.split(sentence):
        found = list(islice(_of_clause(clause, before, topic, among), _MODALS)) if len(clause) < _FAR else []
        yield from found
        before = "" if found else (before + clause)[-_FAR:]


def _of_clause(
    clause: str, before: str, topic: str, among: Container[tuple[str, bool]] | None = None
) -> Iterator[Act]:
    """A clause that names nobody is of whom the one before names: 定制商品，一律不能退货."""
    modals = list(_MODAL.finditer(clause))
    if not modals or (among is not None and not any(_side(modal) in among for modal in modals)):
        return
    if _UNSURE.search(clause):
        return
    for number, modal in enumerate(modals, start=1):
        end = modals[number].start() if number < len(modals) else len(clause)
        subject, thing, whole = clause[: modal.start()], clause[modal.end() : end], clause
        named = _content(subject)
        if not named:
            subject, whole = before, before + clause
            named = _content(before)
        if _DENIES.search(subject) or _DENIES.search(thing):
            continue
        group, may = _side(modal)
        yield Act(
            group,
            may,
            named,
            object=_content(thing),
            words=modal[0] + thing.strip(),
            bound=is_conditional(whole) or is_bounded(whole),
            topic="" if named else topic,
        )


def _side(modal: re.Match[str]) -> tuple[str, bool]:
    kind = modal.lastgroup or ""
    return "may" if kind == "not" else kind.removesuffix("_not"), not kind.endswith("not")


def of_question(title: str) -> Act | None:
    """What a `plain` title asks about: a bare 不支持 below it denies that."""
    found = next(_of_clause(_ASKING.sub("", title[:_FAR]), "", ""), None)
    return found if found is not None and found.object else None


def topic_of(title: str) -> str:
    """Of a `plain` title: what it is on, without what it asks; empty where that is no word."""
    named = _content(_MODAL.sub("", _ASKING.sub("", title)))
    return named if len(named) >= _LEAST else ""


def under(question: Act | None, each: Sequence[Act]) -> Iterator[Act]:
    """With the question's object, where an answer to it names none."""
    for act in each:
        if act.object:
            yield replace(act, topic=_without(act.topic, act.object))
        elif question is not None and act.group == question.group:
            yield replace(act, object=question.object, subject=act.subject or question.subject, topic="")


def _content(text: str) -> str:
    return _FILLERS.sub("", _TERM.sub("", text))


def _without(text: str, letters: str) -> str:
    return "".join(letter for letter in text if letter not in letters)
