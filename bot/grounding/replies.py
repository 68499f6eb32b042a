"""What a bare yes or no says of the question above it: 支持花呗吗 and 暂不支持 say 不支持花呗."""

from __future__ import annotations

import re
from typing import Final

from bot.grounding.conditions import is_bounded, is_conditional
from bot.grounding.text import sentences

_QUESTION: Final = re.compile(
    r"^(?:请问|那|[您你]们?(?:家|店|这边|这里)?|店里)*(?P<before>[^，,。?]*?)"
    r"(?P<modal>支持不支持|支不支持|可不可以|能不能|有没有|会不会|是不是|需不需要|要不要|包不包|是否(?:可以|支持|提供|需要|有|能|会|要)?"
    r"|可以|支持|接受|提供|需要|能|有|会|是|包|收|含|要|[发寄送用退换做开])"
    r"(?P<rest>[^，,。?]*?)(?P<asks>吗|嘛|么|不|没有)?[?]*$"
)
_COURTESY: Final = r"^(?:(?:非常|很|十分)?抱歉|不好意思|对不起|[您你]好|亲+|[，,!~。\s])*"
_ADVERBS: Final = r"(?:我们|本店|店里|这边|这里|目前|现在|暂时?|还|都|也)*"
_END: Final = r"(?:的|了|哦|噢|喔|呢|呀|啊|哈|啦|~)*(?=$|[，,。!;\s])"
_NO: Final = re.compile(
    rf"{_COURTESY}{_ADVERBS}(?:不|没|未)(?:可以|支持|接受|提供|需要|能|可|有|会|是|包|收|含|要|行|[发寄送用退换做开])?{_END}"
)
_YES: Final = re.compile(
    rf"{_COURTESY}{_ADVERBS}(?:当然)?(?:可以|支持|接受|提供|需要|能|有|会|是|包|收|含|要|行|没问题|对|[发寄送用退换做开]){_END}"
)
_WITHOUT: Final = {"有": "没有"}
"""How each is denied, where not by 不."""


def stated(title: str, text: str) -> str:
    """As a `plain` sentence; empty where the `plain` text begins with no bare yes or no, or with a yes that
    holds on a condition, or where the `plain` title asks for more than that."""
    question = _QUESTION.match(title)
    if question is None or not (
        question["asks"] or title.endswith("?") or re.search("[不没否]", question["modal"])
    ):
        return ""
    modal = _modal(question["modal"])
    if _NO.match(text):
        return f"{question['before']}{_WITHOUT.get(modal, '不' + modal)}{question['rest']}。"
    first = next(iter(sentences(text)), "")
    if _YES.match(text) and not (is_conditional(first) or is_bounded(first)):
        return f"{question['before']}{modal}{question['rest']}。"
    return ""


def _modal(asked: str) -> str:
    """能不能 and 是否能 ask whether one 能."""
    modal = asked.removeprefix("是否") or "是"
    return re.split("[不没]", modal)[-1] if re.search("[不没]", modal) else modal
