"""Which questions does a message ask?"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Final

from bot.pipeline.aspects import is_of_a_thing
from bot.pipeline.leaning import refers

_ENDED: Final = r"(?<=[?？!！。;；\n])\s*|(?<=[吗呢])[,，、\s]+|(?<=[a-z][.])\s+"
_PAUSE: Final = r"(?<=[,，、])\s*|(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])"
_BESIDES: Final = re.compile(r"我还想|(?<!我)(?:还想|顺便|另外(?![一那的两几]))")
_BORDER: Final = re.compile(rf"(?:{_ENDED}|{_PAUSE}|(?={_BESIDES.pattern}))")
_AFTER_AN_END: Final = re.compile(r"[?？!！。;；\n]\s*\Z|[吗呢][,，、\s]+\Z|[a-z][.]\s+\Z")
_BY_WORD: Final = (
    r"怎|如何|什么|啥|哪(?!吒)|谁|几|多久|多少|多长|多大|为何|能不能|可不可以|有没有|能否|是否|是不是|会不会"
)
_WORD: Final = re.compile(_BY_WORD)
_ASKS: Final = re.compile(
    rf"[?？]|[吗呢么][?？!！。,，~～\s]*$|{_BY_WORD}|可以"
    r"|^(?:how|what|when|where|who|why|which|can|could|do|does|is|are|may|will)\b",
    re.IGNORECASE,
)
_JOINT: Final = re.compile("(?<![温暖柔饱缓])和|跟|以及|还有")
_ALSO: Final = ("以及", "还有")
"""They join sentences rather than words."""
_WISHES: Final = re.compile(
    r"(?:^|我|咱|俺|们|就|也|是|还|另外|顺便)(?:想|要|想要|需要|打算)(?!问|咨询|[了到起不的是])\w"
    r"|\b(?:want|need|like|wish|going) to\b",
    re.IGNORECASE,
)
_NO_MATTER: Final = re.compile(
    r"为什么|什么时候|怎么样?|怎样|如何|什么|多久|多少|哪[里个些]|几天|可不可以|可以|推荐|咨询|一下|处理|操作|解决|办理|回事|情况|原因|意思"
    r"|谢谢|麻烦|[吗呢么吧啊呀哦嘛的了我你您们有在是要想会能行好对不没还也都就再请问帮看说做办弄搞给该钱\W_]"
)
_TOLD: Final = re.compile(r"可以|好?几|没什么|不怎么|怎么都")
"""As often told as asked: 等了几天了, 周末可以收货."""
_HALF: Final = re.compile(r"^(?:如果|要是|假如|万一|不管|无论)|不知道|不清楚|不懂|不会|不晓得|忘了|的话$")
"""It goes with what stands beside it, whichever words it is said in."""
_SHORTEST: Final = 3
"""Characters; what is shorter belongs to its neighbours: "好吗？"."""
SAYS_ENOUGH: Final = 2
"""Characters of its matter, behind a pause: 怎么领 leans on what stands before, 要多少钱 finds anything."""
_LONGEST: Final = 200
"""Characters; who writes more tells a story, and its pauses are for breath."""
_PAUSES: Final = ",，、 \n"
_AROUND: Final = "?？!！。;；,，、~～ \n"


def questions(text: str) -> list[str]:
    """The parts of a message that ask something, if several do; else the message as it is.

    A pause divides what is asked on both sides of it, and a word like 另外 what is wished, too.
    """
    parts = _parts(text)
    asked = [
        part.strip(_PAUSES)
        for part, following in zip_longest(parts, parts[1:], fillvalue="")
        if _counts(part, following)
    ]
    if len(asked) > 1:
        return asked
    return [text] if text else []


def seeks(text: str) -> bool:
    """True for a question or a wish, by its form: who says 我想退货 asks how."""
    return asks(text) or _WISHES.search(text) is not None


def asks(text: str) -> bool:
    """True for a question, by its form."""
    return _ASKS.search(text) is not None


def matter(part: str) -> str:
    """What is left without the words that any question may hold."""
    return _NO_MATTER.sub("", part)


def _parts(text: str) -> list[str]:
    parts = _paused(text)
    return [piece for part in parts for piece in _joined(part)] if len(text) <= _LONGEST else parts


def _joined(part: str) -> list[str]:
    """Apart where it joins two questions: 怎么退货和怎么开发票. Of 上衣和裤子怎么搭 only one asks."""
    for joint in _JOINT.finditer(part):
        before, piece = part[: joint.start()], part[joint.end() :]
        is_list = joint[0] in _ALSO and _each_say_enough(before, piece)
        if (
            (is_list or _are_alike(before, piece))
            and _HALF.search(before) is None
            and not _is_of_a_thing(before, piece)
        ):
            return [before, *_joined(piece)]
    return [part]


def _are_alike(before: str, piece: str) -> bool:
    """Whether both ask by the same word, or the second by its first one."""
    asked, first = set(_WORD.findall(_TOLD.sub("", before))), _WORD.search(piece)
    if not asked or not first or not (first.start() == 0 or asked.intersection(_WORD.findall(piece))):
        return False
    return matter(before) != "" and matter(piece) != "" and not refers(piece)


def _each_say_enough(*sides: str) -> bool:
    """Whether they ask for themselves, by whichever words: 怎么退货还有退款多久到账."""
    asked = (_WORD.search(_TOLD.sub("", side)) and not refers(side) for side in sides)
    return all(asked) and all(len(matter(side)) >= SAYS_ENOUGH for side in sides)


def _paused(text: str) -> list[str]:
    parts, at = [""], 0
    for end in (*(border.end() for border in _BORDER.finditer(text)), len(text)):
        piece, at = text[at:end], end
        if _AFTER_AN_END.search(parts[-1]) or (len(text) <= _LONGEST and _are_two(parts[-1], piece)):
            parts.append(piece)
        else:
            parts[-1] += piece
    return parts


def _are_two(before: str, piece: str) -> bool:
    """Whether a pause or a 另外 between them divides two questions; what leans on the first is none."""
    form = seeks if _BESIDES.match(piece) else asks
    if not form(_TOLD.sub("", before)) or _HALF.search(before.strip(_AROUND)):
        return False
    if not form(piece) or refers(piece):
        return False
    return (
        not _is_of_a_thing(before, piece) and len(matter(before)) >= 1 and len(matter(piece)) >= SAYS_ENOUGH
    )


def _is_of_a_thing(*sides: str) -> bool:
    return any(is_of_a_thing(side.replace("多久", "")) for side in sides)


def _counts(part: str, following: str) -> bool:
    wished = _BESIDES.match(part) or _BESIDES.match(following)
    asked = seeks(part) if wished else asks(part)
    return asked and len(part.strip(_AROUND)) >= _SHORTEST and matter(part) != ""
