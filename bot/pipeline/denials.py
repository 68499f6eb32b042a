"""What does a customer say that they do not want? To a search, 我不想退货 is as near 怎么退货 as 我想退货."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.pipeline.clauses import LONGEST
from bot.pipeline.leaning import is_courtesy
from bot.pipeline.sentences import asks

_DENIED: Final = re.compile(
    r"(?:那|好的|其实|我们|我|俺|并|又|也|可|真的|都说了|说了)*+"
    r"(?:不是(?:想要|想|要|说|问|来|打算)|没(?:有)?(?:想(?!到)|说|问|打算)过?要?|不想|不要|不打算|(?<=我)不(?=[退换]))"
    r"(?P<what>(?![要了这那它他])\w+?)(?P<by_now>了?)[啊呀的哦吧]*"
    r"|(?:no )?(?:i |we )?(?:really )?(?:dont|do not) (?:want|wish|need) to (?P<action>\w[\w ]*)"
)
"""不想要了 and 不要这件 are said of goods, and ask how to return them."""
_UNDOES: Final = re.compile(r"[不没别撤]|取消|关闭|退订")


def denied(clause: str) -> str:
    """What a clause says is not wanted; empty: it says something else."""
    found = _denial(clause)
    return (found["what"] or found["action"]) if found else ""


def is_set_aside(clause: str) -> bool:
    """Whether it only keeps something else apart from what is wanted. With a 了 it tells what has changed."""
    found = _denial(clause)
    return found is not None and not found["by_now"]


def denies(clauses: Sequence[str], title: str) -> bool:
    """Whether nothing is said but that just this is not wanted; an entry on how to undo it is another."""
    whats = [denied(clause) for clause in clauses if not is_courtesy(clause)]
    return all(whats) and any(_is_on(title, what) for what in whats)


def _is_on(title: str, what: str) -> bool:
    """And on nothing that undoes it: 怎么取消订单 is on 取消订单, and undoes 订单."""
    return what in title and _UNDOES.search(title.replace(what, "")) is None


def _denial(clause: str) -> re.Match[str] | None:
    return None if len(clause) > LONGEST or asks(clause) else _DENIED.fullmatch(clause)
