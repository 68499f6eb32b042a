"""What a shop gives or doesn't: by the words that such promises are made in, with what they hold on.

包邮 and 不包邮 are opposites; 满99元包邮 bears out no 包邮 without its condition; 免费换货 no 免费安装.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.grounding.numerals import SIGN
from bot.grounding.places import EVERYWHERE, bound_to, exceptions, leaves_out, places
from bot.grounding.text import around, asks, has_latin
from bot.grounding.topics import topics


@dataclass(frozen=True, slots=True)
class Promise:
    """One, in a sentence."""

    name: str
    words: str
    given: bool
    """False where it is denied."""
    conditional: bool
    """Its clause names a condition."""
    hedged: bool
    """Its sentence does."""
    bounded: bool
    """Numbers stand beside it: outside of them it may be denied."""
    about: frozenset[str]
    """Topics of its clause; empty: none known, or the promise is the same whatever it is about."""
    clause: str = ""
    where: frozenset[str] = frozenset()
    """The places that its clause names."""
    placed: bool = False
    """Its sentence names some."""
    but: frozenset[str] = frozenset()
    """What its sentence leaves out."""


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    said: re.Pattern[str]
    is_about: bool = False
    """Whether it means nothing without what it is about."""
    may_deny: bool = False
    """Whether to deny it gives nothing away, as in 不一定."""


def _kind(name: str, *wordings: str, is_about: bool = False, may_deny: bool = False) -> _Kind:
    return _Kind(name, re.compile("|".join(wordings), re.ASCII), is_about, may_deny)


_KINDS: Final = (
    _kind(
        "free shipping",
        r"包邮|免邮费?|免运费|免快递费|运费全免",
        r"\bfree (?:shipping|delivery|postage)|\b(?:ships?|deliver(?:ed|s)?) (?:for )?free\b",
    ),
    _kind(
        "no charge for shipping",
        r"(?:不|无需|不用|不必|不需要?)(?:您|你)?(?:再|另外?)?(?:出|付|收|掏|收取|支付|承担)(?:任何)?(?:[运邮]费|快递费)",
        r"(?:[运邮]费|快递费)(?:您|你)?(?:都|也|全)?(?:不用|不要|无需|不必|不需要?)(?:您|你)?(?:管|出|付|掏|承担|支付)",
        r"(?:[运邮]费|快递费)(?:都|全)?(?:为|是|:)?\s?[0零〇](?![点.\d])|(?<![\d.])[0零]\s?元?[运邮]费",
        r"\bno (?:shipping|delivery|postage) (?:fee|cost|charge)s?\b",
        r"(?:\bnot?\b|n't) (?:have to |need to )?pay (?:anything )?(?:for )?(?:the )?(?:return )?"
        r"(?:shipping|postage|delivery)\b",
    ),
    _kind(
        "free",
        r"免费|不另?收(?:取)?(?:任何)?(?:额外)?(?:的)?(?:费用?|差价|钱)|不要钱|零费用",
        r"\bfree(?! (?:shipping|delivery|postage|to\b|gift|time|of (?:handling|service|interest)))\b",
        r"\b(?:no|without) (?:extra |additional |any )*(?:charge|cost)\b",
        is_about=True,
    ),
    _kind(
        "we pay",
        r"(?:由|归|都是)?(?:我们|本店|商家|卖家|店家|我方)(?:这边)?(?:来|全部|全额|[帮替给为][您你])?"
        r"(?:承担|出(?!示|货|具|现|售)|付(?!款)|负担|报销|买单|包了)|算(?:我们|本店|商家|店家)的?",
        r"\b(?:shipping|postage|delivery|it) is on us\b",
        r"\bwe(?:'ll| will| shall)?(?: also)? (?:pay|cover|bear)\b|\bat our (?:cost|expense)\b",
    ),
    _kind(
        "you pay",
        r"(?:由|需要?)?您(?:自己|自行|这边)?(?:来)?(?:承担|负担|自理|出(?!示|门|现))|(?:个人|买家|顾客)承担",
        r"\byou(?:'ll| will| would)?(?: need to| have to| must)? (?:pay for|cover|bear)\b",
        r"\bat your (?:own )?(?:cost|expense)\b",
    ),
    _kind("full refund", r"全额退|全款退|退全款", r"\bfull(?:y)? refund|\brefund(?:ed)? in full\b"),
    _kind("compensation", r"补偿|赔(?!率)", r"\bcompensat|\breimburs"),
    _kind("ten times", r"(?:假一|缺一|少一)(?:赔|罚|补)[一二三十百]|[双三十]倍(?:赔|返|奉还)"),
    _kind(
        "guarantee",
        r"保证(?!(?:让|使|令)?[您你]?(?:会)?满意)|承诺|担保",
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
    _kind("warranty", r"保修|质保|包修|三包|联保", r"\bwarrant(?:y|ies)\b"),
    _kind(
        "no reason",
        r"无理由|无条件|无需理由|包退|包换",
        r"\bno[- ](?:questions?[- ]asked|reason)|\bwithout (?:giving )?(?:any |a )?reason|\bunconditional",
    ),
    _kind(
        "cash on delivery", r"货到付款", r"\bcash[- ]on[- ]delivery\b|\bpay(?:ment)? on delivery\b|\bcod\b"
    ),
    _kind("genuine", r"正品|真品|行货", r"\bauthentic\b|\bgenuine\b"),
    _kind("lowest price", r"最低价|全网最低|底价", r"\blowest price|\bbest price"),
    _kind(
        "price protection",
        r"价保|保价|退(?:还)?(?:您)?差价|差价(?:会)?(?:原路)?(?:退|返)",
        r"\bprice[- ](?:protection|match|adjust)|\brefund (?:you )?the (?:price )?difference",
    ),
    _kind(
        "gift",
        r"赠送|赠品|(?:免费|会|就|即|再|额外|还)送(?:您)?(?!到|达|货|至|回|修|洗)|送您",
        r"\bfree gift|\bcomplimentary\b",
    ),
    _kind(
        "half price",
        r"半价|打个?对折|买[一二两三四五\d]送[一二两三四五\d]|第二件",
        r"\bhalf[- ]price\b|\bbuy one,? get one\b|\bbogo\b",
    ),
    _kind("coupon", r"优惠券|代金券|抵用券|无门槛券|红包", r"\bcoupon|\bvoucher"),
    _kind("cash back", r"返现|返利|返钱", r"\bcash[- ]?back\b"),
    _kind(
        "no interest",
        r"免息|零利息|无息|免手续费|零手续费",
        r"\binterest[- ]free\b|\bno interest\b",
        r"\b(?:no|without|free of) (?:a )?(?:handling |service )?fees?\b",
    ),
    _kind("installments", r"分期", r"\binstal?lments?\b"),
    _kind("insurance", r"运费险|退货险|保价险", r"\bshipping insurance\b|\breturn insurance\b"),
    _kind("at the door", r"上门|到府", r"\b(?:at|from|to) your (?:door|home)\b|\bhome (?:pick|visit)"),
    _kind("same day", r"当天|当日", r"\bsame[- ]day\b"),
    _kind("next day", r"次日|隔日|隔天|第二天", r"\bnext[- ](?:day|morning)\b|\bovernight\b"),
    _kind("tomorrow", r"明[天日早晚](?!见|再?来|光临)|后天|今晚", r"\btomorrow\b|\btonight\b", may_deny=True),
    _kind(
        "all day",
        r"全天候?|昼夜|半夜也|凌晨也|(?:24|二十四)小时(?:在线|客服|服务|营业|有人)",
        r"\b24/7\b|\baround the clock\b",
    ),
    _kind(
        "at once",
        r"(?:马上|立刻|立即|即刻|当场|实时|秒)(?:就|会|能|可以?)*(?:到账|退款|退回|发货|发出|送达|到货)"
        r"|(?<![\d一二三四五六七八九十几])秒[到退赔]",
        r"\b(?:refund|ship|deliver|arriv)\w*\b[^.,]{0,20}\b(?:instantly|immediately|right away)\b",
    ),
    _kind(
        "any time",
        r"(?:随时|任何时候|什么时候)(?:都|也)?(?:可以?|能)?(?:申请|办理)?(?:退|换)",
        r"\b(?:return|refund|exchang)\w*\b[^.,]{0,30}\b(?:any ?time|whenever)\b",
    ),
    _kind(
        "no holiday",
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
_ANY: Final = re.compile("|".join(kind.said.pattern for kind in _KINDS), re.ASCII)
_SIGNS: Final = re.compile(
    r"%|24/7|免|包|费|邮|运|钱|承|担|出|付|负|销|买|算|自|全|偿|赔|假|缺|少|倍|证|诺|一定|肯|绝|必|百|终|永|辈|修|保|无|货到|正|真|行|低|底|价|赠|送"
    r"|半|折|第|券|红|返|息|分期|险|上门|到府|当|次|隔|明|后天|今晚|天候|昼|夜|凌|小时|马上|立|即|实时|秒|随|任|什么时|打烊|放假|照|旧|专|不限"
)
"""Each wording has one of these or a Latin letter, and most sentences have none."""
_NOT_BEFORE: Final = re.compile(
    r"(?:(?:不能|不可以|不会|没有?|[不无非未](?!仅|但|过|论|管|妨|同|错|久|断|少|满|到|足))[^不没无可能都就会也]{0,8}"
    r"|(?:\b(?:no|not|never|without|cannot|nor)\b|n't\b)\s*(?:[\w-]+\s+){0,4})$",
    re.ASCII,
)
_NOT_BEHIND: Final = re.compile(
    r"^(?:的|服务|目前|暂时|我们|这边|功能|方式|权益|活动|是)*(?:暂?不|没有|无法|未)"
    r"|^\W*(?:[\w-]+\s+){0,3}?(?:(?:not|never|unavailable)\b|\w+n't\b)",
    re.ASCII,
)
_CONDITION: Final = re.compile(
    r"满(?!意|足)|以上|达到|超过|不足|门槛|条件|标准|如果|如需|如有|若|仅|只有|限|除|部分|才|的话|(?<!\d)\d{1,6}\s?\S{0,2}起"
    r"|质量(?:有?问题|原因)|瑕疵|破损|损坏|坏[了的]|[错漏]发|发错|我[们方]的?原因|商家的?原因"
    r"|\b(?:if|over|above|only|unless|except|once|when|or more|at least|from)\b|\breach|\bspend"
    r"|\b(?:quality|defect\w*|faulty|damaged?|our (?:fault|mistake))\b",
    re.ASCII,
)
_WHATEVER: Final = re.compile(
    r"不管|无论|不论|任何(?:原因|理由|情况)|(?:不|没|未|无需|不用|不必)(?:到|够|足|满|达到?)[^，。；]{0,8}(?:也|都|照样|同样)"
    r"|\b(?:any reason|regardless|no matter|whatever)\b"
)
"""It names a condition, and says that it is none."""
_NOTHING: Final = frozenset[str]()
_CIRCUMSTANCES: Final = frozenset({"arrive", "dispatch", "parcel", "online"})
"""Of topics: when and with what something is given, and not what."""
_SHIPPING: Final = frozenset({"carry"})
_FREE_SHIPPING: Final = "free shipping"
_ALIKE: Final = {
    "no charge for shipping": ("no charge for shipping", _FREE_SHIPPING, "we pay"),
    _FREE_SHIPPING: (_FREE_SHIPPING, "no charge for shipping"),
    "we pay": ("we pay", "no charge for shipping"),
}
"""What bears out what, besides itself: who pays nothing has it free, or paid by us."""
_SHORT: Final = 6
"""Letters of a clause whose condition stands in the one before: 满99元，包邮."""
_NUMBER: Final = re.compile(rf"\d|{SIGN}{{1,3}}(?:个?[天日周年月元件次]|小时|工作日|个工作日)", re.ASCII)
_NOTHING_BACK: Final = re.compile(
    r"不(?:支持|接受|能|可以?|予|办理|提供)?(?:办理|申请)?退(?:货|换)|不(?:予|可)?退不?(?:予|可)?换|概不退|不能退|不可退"
    r"|\b(?:no|not|cannot|can't|never)\b[^.,;]{0,20}\breturn|\bnon-?returnable\b|\bfinal sale\b",
    re.ASCII,
)


def promises(sentence: str, heading: str = "") -> Iterator[Promise]:
    """Of a `plain` sentence; one that asks promises nothing. `heading`: what it stands under."""
    if not (_SIGNS.search(sentence) or has_latin(sentence)):
        return
    if not _ANY.search(sentence) or asks(sentence):
        return
    found = [(one, match) for one in _KINDS for match in one.said.finditer(sentence)]
    hedged = _CONDITION.search(sentence) is not None and _WHATEVER.search(sentence) is None
    bounded = _NUMBER.search(sentence) is not None
    placed, but = bound_to(sentence), exceptions(sentence)
    wider = _benefits(sentence) or _benefits(heading)
    for kind, match in found:
        before, behind = around(sentence, *match.span())
        given = not (_NOT_BEFORE.search(before) or _NOT_BEHIND.search(behind))
        if not given and kind.may_deny:
            continue
        name, about, clause = kind.name, _NOTHING, f"{before}{match[0]}{behind}"
        if kind.is_about:
            about = _benefits(clause) or wider
        if name == "free" and about == _SHIPPING:
            name, about = _FREE_SHIPPING, _NOTHING
        conditional = hedged if len(clause) <= _SHORT else _CONDITION.search(clause) is not None
        yield Promise(
            name,
            match[0].strip(),
            given,
            conditional,
            hedged,
            bounded,
            about,
            clause,
            places(clause),
            placed,
            but,
        )


def implied(sentence: str) -> Iterator[Promise]:
    """By a `plain` sentence that was given: who takes nothing back does so neither without a reason."""
    if ("退" in sentence or has_latin(sentence)) and (match := _NOTHING_BACK.search(sentence)):
        nothing = _CONDITION.search(sentence) is not None
        yield Promise("no reason", match[0], False, nothing, nothing, False, _NOTHING)


def _benefits(text: str) -> frozenset[str]:
    return topics(text) - _CIRCUMSTANCES


def bears_out(given: Promise, said: Promise) -> bool:
    """Whether what was given is enough for what is said.

    A denial stands on a denial, or on a condition, a number or a place that somebody does not meet.
    """
    if said.name not in _ALIKE.get(given.name, (given.name,)):
        return False
    if not said.given:
        return not given.given or given.hedged or given.bounded or bool(given.where)
    if not _holds_there(given, said):
        return False
    return given.given and said.about <= given.about and (said.hedged or not given.conditional)


def _holds_there(given: Promise, said: Promise) -> bool:
    """For what, and where, the promise that is said names itself."""
    out = given.but if leaves_out(given.clause) else {name for name in given.but if name not in given.clause}
    if said.where & out or (any(name in said.clause for name in out) and not leaves_out(said.clause)):
        return False
    if not given.where or EVERYWHERE in given.where:
        return True
    return said.where <= given.where if said.where else said.placed
