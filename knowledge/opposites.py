"""Words that turn a question round while most of its characters stay: 绑定 and 解绑, 借 and 还."""

from __future__ import annotations

import re
from typing import Final

_PAIRS: Final = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        ("(?<!解)绑(?!不)", "解绑|解除绑|取消绑"),
        ("(?<!解)(?<!撤销)挂失", "解挂|解除挂失|撤销挂失"),
        ("借(?!记)", "还(?=款|钱|清|完|借|贷|上|不)|归还"),
        ("(?<!取消)(?<!不)(?<!没)开通|启用|打开", "关闭|停用|注销"),
        ("提前", "延期|推迟|晚点|延后"),
        ("(?<!未)(?<!没)(?<!不)成功", "失败|不成功|没成功|未成功"),
        ("冻结(?!解)", "解冻|解除冻结"),
        ("上架", "下架"),
        ("增加|提高|提升|调高", "减少|降低|调低"),
        ("转入|转进|充值|存入", "转出|提现|取出"),
        ("登录", "退出|登出"),
        ("偏大|太大|大了", "偏小|太小|小了"),
        (r"\b(?:activate|enable|turn on)", r"\b(?:deactivate|disable|turn off)"),
        (r"\b(?:lock|block|freeze)", r"\b(?:unlock|unblock|unfreeze)"),
        (r"\bsubscribe", r"\bunsubscribe"),
    )
)


class Turned:
    """What would be the opposite of a question. Most have none, which costs nothing from then on."""

    def __init__(self, question: str) -> None:
        sides = ((pair, [bool(word.search(question)) for word in pair]) for pair in _PAIRS)
        self._against = [(pair[has[1]], pair[not has[1]]) for pair, has in sides if sum(has) == 1]
        """The question's own word, and its opposite, of each pair of which it has one."""

    def has(self, wording: str) -> bool:
        """Whether a wording has the opposite alone."""
        return bool(self._against) and any(
            opposite.search(wording) and not own.search(wording) for own, opposite in self._against
        )
