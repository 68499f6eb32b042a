"""What the shop of the story knows: each answer bears a mark of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_QUESTIONS: Final = (
    "怎么退货", "多久发货", "可以开发票吗", "运费怎么算", "支持哪些付款方式", "衣服怎么洗", "怎么改收货地址",
    "有没有优惠券", "会员怎么升级", "羽绒服会钻绒吗", "怎么选尺码", "门店在哪里", "礼品卡怎么用", "可以货到付款吗",
    "质保多长时间", "怎么取消订单", "面料是什么做的", "能不能送到国外", "积分什么时候过期", "怎么注销账号",
    "快递显示签收但没收到怎么办", "可以换颜色吗",
)  # fmt: skip

ANSWERS: Final[Mapping[str, str]] = {
    question: f"〔答{number:02}〕" for number, question in enumerate(_QUESTIONS, start=1)
}
FAQ: Final = "\n\n".join(
    f"Q: {question}\nA: 关于“{question}”，请看说明{mark}。" for question, mark in ANSWERS.items()
)
SUGGESTIONS: Final = ("可以开发票吗", "运费怎么算")
