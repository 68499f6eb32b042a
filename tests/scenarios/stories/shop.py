"""Three shops under one roof: what each knows, may do, and whom it has."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.settings import Settings
from knowledge.load import File, load
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.shop import ShopServer
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator
from tests.simulators.wecom_kf import WeComKfSimulator

SAMPLE: Final = Path(__file__).parents[3] / "knowledge" / "sample_shop"
IDENTITY_KEY: Final = "the shop's own key, thirty-two letters or more"
_WORDINGS: Final = 3
"""Of each entry: embedding all of them takes longer than all the stories."""
_PRODUCTS: Final = """\
名称,货号,价格,面料,颜色
水洗亚麻衬衫,QH1023,199元,水洗亚麻,雾蓝、米白
精梳棉T恤,QH2048,89元,精梳棉,黑色
"""
_NOTICES: Final = """\
问题,答案,有效期起,有效期至,可见渠道
员工内购几折,员工内购五折，每人每月限两件。,,,ding
跨年活动怎么减,跨年活动满 200 减 100。,2024-12-25,2025-01-03,
"""
_SMALL: Final = """\
Q: 怎么退货
A: 签收后7天内，在“我的订单”里点“申请退货”即可。

Q: 怎么换货
A: 签收后7天内，在“我的订单”里点“申请换货”即可。

Q: 多久发货
A: 付款后48小时内发货。

Q: 可以开发票吗
A: 可以，下单时勾选“电子发票”即可。

Q: 会员有什么折扣
A: 会员全场九五折，内部价不外传。
"""


def settings(
    folder: Path,
    redis: str,
    model: str,
    server: ShopServer,
    wecom: WeComSimulator,
    dingtalk: DingTalkSimulator,
    bot: WeComBotSimulator,
    kf: WeComKfSimulator,
) -> Settings:
    """`qinghe` has all there is. `corner` has neither tools nor people; those of `night` are away today."""
    small = folder / "faq.txt"
    small.write_text(_SMALL, encoding="utf-8")
    products, notices = folder / "products.csv", folder / "notices.csv"
    products.write_text(_PRODUCTS, encoding="utf-8")
    notices.write_text(_NOTICES, encoding="utf-8")
    at_once = {"quiet_ms": 0, "answer_cache_s": 0, "busy_s": 0, "overload_s": 0}
    return Settings.model_validate(
        {
            "data_dir": folder,
            "redis": {"url": redis},
            "model": {"base_url": model, "model": "qwen", "sees": True},
            "tenants": [
                {
                    "name": "qinghe",
                    "title": "青禾服饰",
                    "knowledge": [_sample(folder), SAMPLE / "delivery.md", products, notices],
                    "suggestions": ["怎么退货", "多久发货"],
                    "people": {"ask_rating": True},
                    "limits": at_once,
                    **tomllib.loads(f"[tenants]\n{server.tools()}")["tenants"],
                },
                {
                    "name": "corner",
                    "knowledge": [small],
                    "blocked_words": ["内部价"],
                    "suggestions": ["怎么退货"],
                    "limits": {
                        **at_once,
                        "answer_cache_s": 600,
                        "quiet_ms": 200,
                        "while_model_away": "line",
                        "history_lines": 4,
                    },
                },
                {
                    "name": "night",
                    "knowledge": [small],
                    "people": {"hours": ["mon-sun 09:00-21:00"], "holidays": _today()},
                    "limits": {**at_once, "turns_per_minute": 2, "answer_s": 3},
                },
            ],
            "channels": [
                {"name": "web", "kind": "webchat", "tenant": "qinghe", "identity_key": IDENTITY_KEY},
                {"name": "corner", "kind": "webchat", "tenant": "corner"},
                {"name": "night", "kind": "webchat", "tenant": "night"},
                {"name": "wecom", "kind": "wecom", **_app(wecom), "agent_id": wecom.app.agent_id},
                {"name": "kf", "kind": "wecom-kf", **_app(kf)},
                _door("bot", "wecom-bot", bot, token=bot.app.token, aes=bot.app.encoding_aes_key),
                {
                    "name": "ding",
                    "kind": "dingtalk",
                    "tenant": "qinghe",
                    "api_base": dingtalk.base_url,
                    "client_id": dingtalk.app.client_id,
                    "client_secret": dingtalk.app.client_secret,
                },
            ],
        }
    )


def _sample(folder: Path) -> Path:
    """The sample shop's entries, each with its first wordings."""
    items = load(File(SAMPLE / "faq.txt", "faq.txt")).items
    file = folder / "sample.txt"
    file.write_text(
        "\n\n".join(
            "\n".join([*(f"Q: {wording}" for wording in item.wordings[:_WORDINGS]), f"A: {item.text}"])
            for item in items
        ),
        encoding="utf-8",
    )
    return file


def _today() -> list[str]:
    """With its neighbours, should midnight come."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    return [(now + timedelta(days=days)).date().isoformat() for days in (-1, 0, 1)]


def _app(platform: WeComSimulator | WeComKfSimulator) -> dict[str, Any]:
    app = platform.app
    return {
        "tenant": "qinghe",
        "api_base": platform.base_url,
        "corp_id": app.corp_id,
        "secret": app.secret,
        "token": app.token,
        "encoding_aes_key": app.encoding_aes_key,
    }


def _door(name: str, kind: str, platform: WeComBotSimulator, *, token: str, aes: str) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "tenant": "qinghe",
        "api_base": platform.base_url,
        "token": token,
        "encoding_aes_key": aes,
    }
