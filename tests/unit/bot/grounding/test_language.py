"""Whether an answer is in the customer's language."""

from __future__ import annotations

import pytest

from bot.grounding.language import strays


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("怎么退货", "七天内可以退货。"),
        ("怎么付款", "支持 Apple Pay、WeChat Pay 或 Alipay 付款哦。"),
        ("iPhone 15 保护壳有货吗", "有货的，欢迎选购。"),
        ("How do I return it?", "You can return it within 7 days."),
        ("How do I return it?", "Open “我的订单”, choose “申请退货” and follow the steps."),
        (
            "「这款亚麻裙 198 元，有货」\nDoes it run small?",
            "It is true to size, most customers take their own.",
        ),
        ("ok", "好的，请问还有什么可以帮您？"),
        ("20240910XYZ", "您的订单已经发货。"),
        ("返品できますか？", "7日以内であれば返品できます。"),
        ("반품할 수 있나요?", "7일 이내에 반품할 수 있습니다."),
        ("Как вернуть товар?", "Вы можете вернуть товар в течение 7 дней."),
        ("คืนสินค้าได้ไหม", "คืนได้ภายใน 7 วัน"),
        ("كيف أعيد المنتج؟", "يمكنك إعادته خلال 7 أيام."),
        ("怎么退货", "99"),
        ("", "好的。"),
    ],
)
def test_it_is(question: str, answer: str) -> None:
    assert not strays(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("怎么退货", "You can return it within seven days."),
        ("How do I return it?", "签收后七天内都可以退货。"),
        ("「这款亚麻裙 198 元，有货」\nDoes it run small?", "尺码标准，按平时的选就好。"),
        ("返品できますか？", "签收后七天内都可以退货。"),
        ("반품할 수 있나요?", "签收后七天内都可以退货。"),
        ("Как вернуть товар?", "签收后七天内都可以退货。"),
        ("คืนสินค้าได้ไหม", "You can return it within seven days."),
        ("كيف أعيد المنتج؟", "签收后七天内都可以退货。"),
    ],
)
def test_it_is_not(question: str, answer: str) -> None:
    assert strays(question, answer)
