"""What a table's columns are called, in Chinese and English, and what that makes of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from knowledge.normal import plain


class Role(StrEnum):
    """What a column holds. Its value is how messages call it."""

    QUESTION = "问题 (question)"
    ANSWER = "答案 (answer)"
    SIMILAR = "相似问 (similar)"
    NAME = "名称 (name)"
    CODE = "编码 (code)"
    ALIAS = "别名 (alias)"
    HEADING = "标题 (title)"
    """A question where there is an answer or a content, a product's name elsewhere."""
    CONTENT = "内容 (content)"
    PRICE = "价格 (price)"
    COUNT = "序号 (no.)"
    SINCE = "生效日期 (valid from)"
    UNTIL = "失效日期 (valid until)"
    AUDIENCE = "可见渠道 (audience)"


class Kind(StrEnum):
    """What a row is."""

    FAQ = "faq"
    PRODUCT = "product"


_NAMES: Final[dict[Role, str]] = {
    Role.QUESTION: """question q questions 问题 问 提问 标准问 标准问题 标准问法 主问题 用户问题 客户问题
        常见问题""",
    Role.ANSWER: """answer a answers reply response 答案 答 回答 回复 解答 答复 标准答案 标准回复 回复内容
        话术""",
    Role.SIMILAR: """similar similarquestion similarquestions wordings variants paraphrases 相似问 相似问法
        相似问题 相似问句 相似说法 扩展问 扩展问法 扩展问题 其他问法 其它问法 同义问 同义问法""",
    Role.NAME: """name product productname item itemname goods goodsname 名称 品名 商品 产品 商品名 商品名称
        产品名 产品名称 商品标题 产品标题 宝贝名称 宝贝标题""",
    Role.CODE: """code sku skuid skucode productcode productid itemcode itemno model modelno barcode upc ean
        编码 编号 货号 款号 型号 条码 条形码 商品编码 商品编号 产品编码 产品编号 产品型号 商品货号
        商家编码 规格编码""",
    Role.ALIAS: "alias aliases 别名 俗称 简称 又名",
    Role.HEADING: "title subject 标题 主题",
    Role.CONTENT: "content text body 内容 正文",
    Role.PRICE: "price prices unitprice saleprice 价格 价钱 费用 收费标准",
    Role.COUNT: "no 序号 行号 #",
    Role.SINCE: "validfrom effectivefrom 生效日期 生效时间 有效期起 有效期从 有效期开始",
    Role.UNTIL: "validuntil validto expires 失效日期 失效时间 有效期止 有效期至 有效期到 有效期结束",
    Role.AUDIENCE: "audience visibleto 受众 可见范围 可见渠道 适用渠道",
}
_ROLES: Final = {name: role for role, names in _NAMES.items() for name in names.split()}
_SEVERAL: Final = frozenset({Role.SIMILAR, Role.CODE, Role.ALIAS, Role.PRICE})
"""Of these a table may have as many columns as it likes."""
SCOPE: Final = frozenset({Role.SINCE, Role.UNTIL, Role.AUDIENCE})
"""When it holds, and who may see it."""
UNTOLD: Final = SCOPE | {Role.COUNT}
"""Nothing that a row tells."""
_LETTERS: Final = 26
_NAMES_KEPT: Final = 1000
_IN_BRACKETS: Final = re.compile(r"[(（\[【].*?[)）\]】]")
_NO_PART: Final = re.compile(r"[\s_\-*:：.、/\u200b-\u200f\u2060\ufeff]+")
"""Also what nobody sees."""
_NUMBER: Final = re.compile(r"\d+$")
_PRICE: Final = re.compile("(?:[^评]价|价格|费|费用|金额)$")
"""平日价, 运费, 押金金额."""


def role_of(name: Any) -> Role | None:
    """None for a column that says nothing to us: a product's field, or a note."""
    return _role("" if name is None else str(name))


def roles_of(names: Iterable[Any]) -> dict[Role, list[str]]:
    """The columns of each role, as they are called."""
    found: dict[Role, list[str]] = {}
    for name in names:
        if role := role_of(name):
            found.setdefault(role, []).append(str(name).strip())
    return found


def kind_of(roles: Iterable[Role]) -> Kind | None:
    """What rows with such columns are; None when they are neither."""
    has = set(roles)
    if has & {Role.QUESTION, Role.ANSWER}:
        return Kind.FAQ
    if Role.NAME not in has and has >= {Role.HEADING, Role.CONTENT}:
        return Kind.FAQ
    return Kind.PRODUCT if has & {Role.NAME, Role.CODE, Role.HEADING} else None


def named_twice(roles: dict[Role, list[str]]) -> str:
    """The first column that stands there twice, where nobody could tell which is meant; empty for none."""
    for role, names in roles.items():
        shorts = [_short(name) for name in names]
        for name, short in zip(names, shorts, strict=True):
            if role not in _SEVERAL and shorts.count(short) > 1:
                return name
    return ""


def letters_of(column: int) -> str:
    """As Excel calls a column: 0 is A, 26 is AA."""
    above, own = divmod(column, _LETTERS)
    return (letters_of(above - 1) if above else "") + chr(ord("A") + own)


def _short(name: Any) -> str:
    text = plain("" if name is None else str(name))
    return _NO_PART.sub("", _IN_BRACKETS.sub("", text))


@lru_cache(_NAMES_KEPT)
def _role(name: str) -> Role | None:
    """A table asks for the same few with each row."""
    short = _short(name)
    return _ROLES.get(short) or _numbered(short) or (Role.PRICE if _PRICE.search(short) else None)


def _numbered(short: str) -> Role | None:
    """相似问1, 相似问2 and so on."""
    role = _ROLES.get(_NUMBER.sub("", short))
    return role if role in _SEVERAL else None
