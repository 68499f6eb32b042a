"""The words that shops' promises are made in, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

FREE_SHIPPING: Final = "free shipping"
NO_CHARGE_FOR_SHIPPING: Final = "no charge for shipping"
FREE: Final = "free"
WE_PAY: Final = "we pay"
NO_REASON: Final = "no reason"
NO_HOLIDAY: Final = "no holiday"


@dataclass(frozen=True, slots=True)
class PromiseKind:
    """What is promised, in any wording."""

    name: str
    in_han: re.Pattern[str]
    in_latin: re.Pattern[str]
    is_about: bool = False
    """Whether it means nothing without what it is about."""
    may_deny: bool = False
    """Whether to deny it gives nothing away, as in 不一定."""


_HAN: Final = re.compile("[一-鿿]")
_NEVER: Final = "(?!)"


def _kind(name: str, *wordings: str, is_about: bool = False, may_deny: bool = False) -> PromiseKind:
    han = [wording for wording in wordings if _HAN.search(wording)]
    latin = [wording for wording in wordings if not _HAN.search(wording)]
    return PromiseKind(name, _any(han), _any(latin), is_about, may_deny)


def _any(wordings: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(wordings) or _NEVER, re.ASCII)


KINDS: Final = (
    _kind(
        FREE_SHIPPING,
        r"包邮(?![寄政局递件])|免邮费?|免运费|免快递费|运费全免",
        r"\bfree (?:shipping|delivery|postage)|\b(?:ships?|deliver(?:ed|s)?) (?:for )?free\b",
    ),
    _kind(
        NO_CHARGE_FOR_SHIPPING,
        r"(?:不|无需|不用|不必|不需要?)(?:您|你)?(?:再|另外?)?(?:出|付|收|掏|收取|支付|承担)(?:任何)?(?:[运邮]费|快递费)",
        r"(?:[运邮]费|快递费)(?:您|你)?(?:都|也|全)?(?:不用|不要|无需|不必|不需要?)(?:您|你)?(?:管|出|付|掏|承担|支付)",
        r"(?:[运邮]费|快递费)(?:都|全)?(?:为|是|:)?\s?[0零〇](?![点.\d])|(?<![\d.])[0零]\s?元?[运邮]费",
        r"\bno (?:shipping|delivery|postage) (?:fee|cost|charge)s?\b",
        r"(?:\bnot?\b|n't) (?:have to |need to )?pay (?:anything )?(?:for )?(?:the )?(?:return )?"
        r"(?:shipping|postage|delivery)\b",
    ),
    _kind(
        FREE,
        r"(?<![避以])免费|(?<=[可得所]以)免费|不另?收(?:取)?(?:任何)?(?:额外)?(?:的)?(?:费用?|差价|钱)|不要钱|零费用",
        r"(?<!-)\bfree"
        r"(?! (?:shipping|delivery|postage|to\b|gift|time|size|of (?:handling|service|interest)))\b",
        r"\b(?:no|without) (?:extra |additional |any )*(?:charge|cost)\b",
        is_about=True,
    ),
    _kind(
        WE_PAY,
        r"(?:由|归|都是)?(?:我们|本店|商家|卖家|店家|我方)(?:这边)?(?:来|全部|全额|[帮替给为][您你])?"
        r"(?:承担|出(?![示货具现售库发错问新厂口台品租])|付(?!款)|负担|报销|买单|包了)|算(?:我们|本店|商家|店家)的?",
        r"\b(?:shipping|postage|delivery|it) is on us\b",
        r"\bwe(?:'ll| will| shall)?(?: also)? (?:pay|cover|bear)\b|\bat our (?:cost|expense)\b",
    ),
    _kind(
        "you pay",
        r"(?:由|需要?)?您(?:自己|自行|这边)?(?:来)?(?:承担|负担|自理|出(?![示门现行差游生发院]))|(?:个人|买家|顾客)承担",
        r"\byou(?:'ll| will| would)?(?: need to| have to| must)? (?:pay for|cover|bear)\b",
        r"\bat your (?:own )?(?:cost|expense)\b",
    ),
    _kind("full refund", r"全额退|全款退|退全款", r"\bfull(?:y)? refund|\brefund(?:ed)? in full\b"),
    _kind("compensation", r"补偿|赔(?!率)", r"\bcompensat|\breimburs"),
    _kind("ten times", r"(?:假一|缺一|少一)(?:赔|罚|补)[一二三十百]|[双三十]倍(?:赔|返|奉还)"),
    _kind(
        "guarantee",
        r"保证(?!(?:让|使|令)?[您你]?(?:会)?满意)(?!(?<!我们保证)(?<!本店保证)[^，。；;]{0,12}?(?:完好|完整|齐全|无损|未拆|未使用|不影响))|承诺|担保",
        r"\bguarantee|\bwe promise\b",
        may_deny=True,
    ),
    _kind(
        "certainty",
        r"(?:一定|肯定|绝对|必定)(?:会(?!尽|努力|喜欢|满意|帮[您你]?(?:的|忙|留意|反馈|跟进|核实|问|看|查|$|[，。!~]))|能|可以|包|给|帮您(?:退|赔|办成)|退|赔|到|不会)",
        r"百分百|百分之百|100%",
        r"\bdefinitely\b|\bcertainly (?:will|can)\b|\bwithout (?:a )?doubt\b",
        may_deny=True,
    ),
    _kind("lifetime", r"终身|永久|一辈子|终生", r"\blifetime\b|\bforever\b|\bpermanent", may_deny=True),
    _kind(
        "warranty",
        r"(?<!确)保修|(?<!品)质保(?![证障留管护鲜暖温湿健洁险])|包修|联保",
        r"(?:国家|享受?|全国|实行|提供|支持|按)三包|三包(?:政策|服务|规定|凭证|期|法|卡|内|有效)",
        r"\bwarrant(?:y|ies)\b",
    ),
    _kind(
        NO_REASON,
        r"无理由|无条件|无需理由|包退|包换",
        r"\bno[- ](?:questions?[- ]asked|reason)|\bwithout (?:giving )?(?:any |a )?reason|\bunconditional",
    ),
    _kind(
        "cash on delivery", r"货到付款", r"\bcash[- ]on[- ]delivery\b|\bpay(?:ment)? on delivery\b|\bcod\b"
    ),
    _kind(
        "genuine",
        r"[正真]品(?![质味类名种位尝])|(?<![进银执另自先])行货(?![到款])",
        r"\bauthentic\b|\bgenuine\b(?! leather)",
    ),
    _kind("lowest price", r"最低价|全网最低|(?<!到)底价", r"\blowest price|\bbest price"),
    _kind(
        "price protection",
        r"价保(?![证障暖质修留持])|(?<!确)保价(?![格值])|退(?:还)?(?:您)?差价|差价(?:会)?(?:原路)?(?:退|返)",
        r"\bprice[- ](?:protection|match|adjust)|\brefund (?:you )?the (?:price )?difference",
    ),
    _kind(
        "gift",
        r"赠送|赠品|(?:免费|会|就|即|再|额外|还)送(?:您)?(?![到达货至回修洗出往检])|(?<![发配派运寄投递推传护接转])送您",
        r"\bfree gift|\bcomplimentary\b",
    ),
    _kind(
        "half price",
        r"半价|打个?对折|买[一二两三四五\d]送[一二两三四五\d]|第二件",
        r"\bhalf[- ]price\b|\bbuy one,? get one\b|\bbogo\b",
    ),
    _kind("coupon", r"优惠券|代金券|抵用券|无门槛券|红包(?![装裹])", r"\bcoupon|\bvoucher"),
    _kind("cash back", r"返现|返利|返钱", r"\bcash[- ]?back\b"),
    _kind(
        "no interest",
        r"免息|零利息|无息|免手续费|零手续费",
        r"\binterest[- ]free\b|\bno interest\b",
        r"\b(?:no|without|free of) (?:a )?(?:handling |service )?fees?\b",
    ),
    _kind("installments", r"(?<![十部充])分期(?![待望许盼])", r"\binstal?lments?\b"),
    _kind("insurance", r"运费险|退货险|保价险", r"\bshipping insurance\b|\breturn insurance\b"),
    _kind(
        "at the door",
        r"(?<![线网关锁])上门(?![店锁])|到府",
        r"\b(?:at|from|to) your (?:door|home)\b|\bhome (?:pick|visit)",
    ),
    _kind("same day", r"(?<![适相])当[天日]", r"\bsame[- ]day\b"),
    _kind("next day", r"次日(?![期常程])|隔日|隔天|第二天", r"\bnext[- ](?:day|morning)\b|\bovernight\b"),
    _kind(
        "tomorrow",
        r"(?<![说表声证])明[天日早晚](?!见|再?来|光临)|(?<![以之今售然])后天|今晚",
        r"\btomorrow\b|\btonight\b",
        may_deny=True,
    ),
    _kind(
        "all day",
        r"(?<![安健完])全天(?![然津生])候?|昼夜(?!温差)|半夜也|凌晨也|\b24/7\b|(?:24|二十四)小时(?:在线|客服|服务|营业|有人)",
        r"\baround the clock\b",
    ),
    _kind(
        "at once",
        r"(?:马上|立刻|立即|即刻|当场|实时|秒)(?:就|会|能|可以?)*(?:到账|退款|退回|发货|发出|送达|到货)"
        r"|(?<![\d一二三四五六七八九十几])秒[到退赔]",
        r"\b(?:refund|ship|deliver|arriv)\w*\b[^.,]{0,20}\b(?:instantly|immediately|right away)\b",
    ),
    _kind(
        "any time",
        r"(?:(?:随时|任何时候)(?:都|也)?|什么时候[都也])(?:可以?|能)?(?:申请|办理)?(?:退|换)",
        r"\b(?:return|refund|exchang)\w*\b[^.,]{0,30}\b(?:any ?time|whenever)\b",
    ),
    _kind(
        NO_HOLIDAY,
        r"不打烊|不放假|照常(?:营业|上班|发货|配送)",
        r"\bopen (?:on|during|over) (?:all |public )?holidays\b",
    ),
    _kind("trade in", r"以旧换新", r"\btrade[- ]?ins?\b"),
    _kind("special invoice", r"专票|专用发票"),
    _kind(
        "any number of times",
        r"不限(?:次|量|时)|无限(?:次|制)|任意次",
        r"\bunlimited\b|\bas (?:many|often) (?:times )?as you (?:like|want)",
    ),
)
_ANY_IN_HAN: Final = _any(kind.in_han.pattern for kind in KINDS)
_ANY_IN_LATIN: Final = _any(kind.in_latin.pattern for kind in KINDS)
SIGNS: Final = re.compile(
    r"%|24/7|免|包|费|邮|运|钱|承|担|出|付|负|销|买|算|自|全|偿|赔|假|缺|少|倍|证|诺|一定|肯|绝|必|百|终|永|辈|修|保|无|货到|正|真|行|低|底|价|赠|送"
    r"|半|折|第|券|红|返|息|分期|险|上门|到府|当|次|隔|明|后天|今晚|天候|昼|夜|凌|小时|马上|立|即|实时|秒|随|任|什么时|打烊|放假|照|旧|专|不限"
)
"""Each wording has one of these if it is in Chinese, and most sentences have none."""


def are_in(text: str, *, latin: bool) -> bool:
    """Whether any stands in a `plain` text: in most stands none."""
    return (SIGNS.search(text) is not None and _ANY_IN_HAN.search(text) is not None) or (
        latin and _ANY_IN_LATIN.search(text) is not None
    )
