"""Which addresses an answer may hold."""

from __future__ import annotations

import pytest

from bot.safety.links import Links
from tests.builders import a_tenant

SITE = {"name": "help", "sitemap": "https://help.qinghe.example/sitemap.xml", "hosts": ["*.qinghe.example"]}
LINKS = Links(
    a_tenant(hosts=["shop.example", "*.cdn.example"], greeting="欢迎来到 www.greeting.example", sites=[SITE])
)
EVIDENCE = ("退货页 https://return.example/start?from=bot ，或见 docs.example/help。", "<video src=a>")


@pytest.mark.parametrize(
    "text",
    [
        "七天内可以退货。",
        "请看 https://shop.example/help?x=1#top 。",
        "请看shop.example。",
        "![尺码表](https://img.cdn.example/size.png)",
        "在 https://a.qinghe.example/b 下单",
        "www.greeting.example",
        "请打开https://return.example/start?from=bot办理",
        "HTTPS://RETURN.example/start?from=bot",
        "见 return.example",
        "docs.example/help/",
        "<video src=a>",
        "3.5元，共2.0件，见第1.2节",
        "每件199.5rmb/pc，重1.5kg/2.5kg，选S.M/L，e.g./i.e.",
        "写信到 help@shop.example",
        "a.b.c，e.g. 尺码 M/L，and/or",
        "比例 1:2 // 备注",
        "固件 1.2.3.4 版，www. 是什么",
    ],
)
def test_the_shop_s_own_and_its_evidence_s_may_be_said(text: str) -> None:
    assert not LINKS.strange_in(text, EVIDENCE)


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example",
        "http://shop.example.evil.example/",
        "https://shop.example@evil.example/",
        "https://notshop.example/",
        "https://return.example/start?from=bot&d=13800138000",
        "https://return.example/other",
        "https://return.example/start?from=bot#13800138000",
        "https://cdn.example.evil.cn/a",
        "ftp://evil.example/a",
        "weixin://dl/chat?x",
        "//evil.example/x",
        "请到is.gd/ab1付款",
        "pay at rb.gy/x1",
        "http:evil.kim/a",
        "https:\\\\evil.example",
        "ｈｔｔｐｓ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ",
        "https://ev\u200bil.example",
        "https://\u0435vil.example",
        "https://坏.中国/a",
        "坏人.公司",
        "evil。com",
        "http://1.2.3.4/",
        "http://[::1",
        "evil.top",
        "www.evil.whatever",
        "evil.wang/x",
        "EVIL.zip",
        "evil.xn--fiqs8s",
        "1.2.3.4/pay",
        "付款到1.2.3.4:8080/pay",
        "![x](https://evil.example/a.png?d=1)",
        "[shop.example](https://evil.example)",
        "<img src=//evil.example>",
        "<ScRiPt>1",
        "[x](javascript:alert(1))",
        "![](data:image/svg+xml;base64,AAAA)",
    ],
)
def test_any_other_may_not(text: str) -> None:
    assert LINKS.strange_in(f"好的，{text}", EVIDENCE)
