"""Does a message lean on what was said before it? Rules alone, by how it is said.

They are loose: a message that can be understood by itself is taken by itself, whatever they say
(`bot.pipeline.context`). Repetitions are possessive (`*+`): whatever the text, its length is what it costs.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.pipeline.aspects import is_of_a_thing

_COURTESY: Final = re.compile(
    r"(?:你好|您好|哈喽|嗨|在吗|在不在|亲|好的|好吧|好嘞|好|嗯|哦|噢|行吧|行|对|是的|可以|谢谢|谢了|多谢|感谢|麻烦了"
    r"|辛苦了|再见|拜拜|没事了|没事|不用了|明白了|明白|知道了|知道|懂了|了解|收到|没问题|没有了|[了啦呀啊哈吧你您]"
    r"|\b(?:hello|hi|hey|okay|ok|thanks|thank|you|thx|bye|great|good|nice|fine|yes|yeah|no)\b"
    r"|\b(?:got it|i see|sure)\b| )*+"
)
_MARKS: Final = re.compile(r"[\W_]+")
_REFERS: Final = re.compile(
    r"它|(?<![其吉])[他她]家|这(?![里边儿么时样])|(?<![们你])这[里边儿]"
    r"|那(?=[个款件种家条双台本张位些里边儿套]|[一两几][个款件种家])|该(?!怎|如|不|去|找|选)"
    r"|上面|刚才|刚刚说|前面说|第[一二三四五六七八九十\d][个款件种家]|前者|后者|同款|其他的|别的"
    r"|\b(?:it|its|this|that|these|those|they|them|their|there|ones?|the (?:first|second|third|last|other))\b"
)
_GOES_ON: Final = re.compile(
    r"^(?:那|还有|另外|以及|和|跟|换成|如果是|要是)|呢[?!。~]*$|^(?:and|what about|how about|also|or)\b"
)
_WHAT_IF: Final = re.compile(
    r"(?!.*(?:[怎咋啥哪谁几多吗]|什么|如何|为何|干嘛))(?:已经.*|.*了)呢\W*", re.DOTALL
)
_OF_ANOTHER: Final = re.compile(r"(?:那.+|.*[a-z0-9][码号款的]?)呢")
_SHORT: Final = 3
_WIDE: Final = re.compile(r"[\u3400-\u9fff]+")
_EMPTY: Final = re.compile(
    r"怎么样?|怎样|如何|什么|可以|能不能|有没有|是不是|请问|你们|我们|多少|一个|一下|一些|还是|现在|今天|明天|昨天|谢谢|知道"
    r"|觉得|帮我|给我|为什么|这个|那个|的话|不是|没有|就是|已经|时候|哪里|哪个|哪些|提供|推荐|可能|需要|应该"
)
"""What says nothing of the matter."""


def is_courtesy(text: str) -> bool:
    """True when nothing is asked: a greeting, thanks, a yes."""
    return _COURTESY.fullmatch(_MARKS.sub(" ", _folded(text))) is not None


def refers(text: str) -> bool:
    """True when a word points to something that was named before."""
    return _REFERS.search(_folded(text)) is not None


def is_elliptic(text: str) -> bool:
    """True when something seems to be left out: "那黑色的呢", "多少钱"."""
    text = _folded(text)
    return bool(_GOES_ON.search(text)) or is_of_a_thing(text) or len(_MARKS.sub("", text)) <= _SHORT


def is_what_if(text: str) -> bool:
    """True when nothing is asked but how it is then: "已经发出来了呢" asks on of what was spoken of, and
    "我的快递呢" of itself."""
    return _WHAT_IF.fullmatch(_folded(text)) is not None


def is_of_another(text: str) -> bool:
    """True when what was asked before is asked of something else: "那L呢"."""
    return _OF_ANOTHER.fullmatch(_MARKS.sub("", _folded(text))) is not None


def shares(question: str, text: str) -> bool:
    """True when the text has two characters in a row of what the question says of the matter."""
    text = _folded(text)
    wide = _EMPTY.sub(" ", _folded(question))
    pairs = (run[at : at + 2] for run in _WIDE.findall(wide) for at in range(len(run) - 1))
    return any(pair in text for pair in pairs)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
