"""Is nothing asked? Rules alone, for what is said in so many words.

As in `bot.pipeline.wants_person`: clause by clause, each as a whole, and with possessive repetitions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.pipeline.clauses import LONGEST
from bot.types import Intent

_YOU: Final = r"(?:你们|您们|你|您)"
_WHO: Final = r"(?:亲爱的|亲|店家|老板|掌柜的?|客服|小姐姐|小哥哥|大家|朋友|小助手|店主)"
_END: Final = r"(?:了|啦|啊|呀|哈|哦|噢|喔|呢|嘛|哟|吧|的|哒|滴|嘞|咯|~)*+"
_LOUD: Final = r"(?:那|就|先|还是|真的|真是|真|太|十分|非常|特别|好的|好|行|嗯|ok|万分|很)*+"

_ROBOT: Final = (
    rf"(?:请问|那|所以)*+{_YOU}?(?:这边|对面|现在|到底|究竟)*+(?:是不是|是|不会是|该不会是)(?:个|一个)?"
    r"(?:机器人|真人|人工智能|人工客服|智能客服|真的人|活人|人|ai|gpt|chatgpt|自动回复|电脑|程序)"
    r"(?:客服|在线|回复|在回复)?(?:还是(?:个|一个)?(?:机器人|机器|真人|人工|人|程序|ai))?(?:吗|么|嘛|吧|啊|呀|呢)*+"
    r"|(?:are you|is this|am i (?:talking|chatting|speaking) (?:to|with)) (?:an? |the )?"
    r"(?:real |live |actual )?(?:robot|bot|chatbot|human|human being|person|machine|ai|computer|chatgpt|real)"
)
_IDENTITY: Final = (
    rf"(?:请问|那)*+{_YOU}(?:到底)?(?:是谁|是哪位|是什么人|叫什么名字|叫什么|叫啥|是干什么的|是做什么的|是干嘛的"
    r"|能做什么|能干什么|会做什么|会什么|能帮我什么|能帮我做什么|有什么功能|可以做什么)(?:啊|呀|呢)*+"
    rf"|我?(?:怎么|该怎么|应该怎么|如何)称呼{_YOU}{_END}|请?(?:介绍一下|介绍下){_YOU}?自己|自我介绍一下"
    r"|(?:and )?(?:who are you|whats your name|what is your name|what can you do|what do you do"
    r"|what can you help(?: me)? with|who am i talking to|introduce yourself)"
)
_THANKS: Final = (
    rf"{_LOUD}(?:谢谢|多谢|感谢|谢|感恩|3q|thx)++(?:谢谢|感谢|{_YOU}|{_WHO}|们)*+"
    rf"的?(?:帮助|解答|帮忙|回复|耐心|耐心解答)?{_END}"
    rf"|(?:好的)?(?:{_YOU}|{_WHO})?辛苦(?:{_YOU}|{_WHO})?{_END}(?:谢谢{_END})?|麻烦{_YOU}了|给{_YOU}点赞"
    r"|(?:ok |okay |great |perfect |awesome )?"
    r"(?:thanks|thank you|thx|ty|cheers|many thanks|much appreciated)"
    r"(?: very| so| a| much| lot| again| you| for your help| for the help)*+"
)
_GOODBYE: Final = (
    r"(?:好的|好|嗯|那|就|先|行)*+"
    rf"(?:再见|拜拜|拜|88|再会|回见|回头见|回头聊|下次聊|下次再聊|改天聊|晚安|明天见){_END}(?:拜拜)?"
    r"|(?:好的|好|那|嗯|我)*+(?:就先?这样|先这样|没事|没有?别的(?:事|问题)?|没有?其他(?:事|问题)?|没有问题|没什么事"
    rf"|不聊){_END}"
    r"|(?:ok |okay )?(?:(?:good)?bye|bye bye|good ?night|see (?:you|ya)(?: later| soon| tomorrow)?|take care"
    r"|have a (?:nice|good|great) (?:day|one|evening|night)|thats all)(?: now| for now| then)*+"
)
_GREETING: Final = (
    rf"(?:{_WHO}|请问)*+(?:{_YOU}好|大家好|哈喽|哈啰|哈罗|嗨|喂|hello|hi|早上好|上午好|中午好|下午好|晚上好|早安"
    r"|在吗|在嘛|在么|在不在|在不|在线吗|有人吗|有人在吗|有人嘛|有人不)++"
    rf"(?:{_WHO}|{_YOU})*+{_END}|亲(?:爱的)?"
    r"|(?:hi|hello|hey|yo|hiya|howdy|greetings|good (?:day|morning|afternoon|evening)|morning"
    r"|(?:is )?any(?:body|one) (?:there|here)|(?:are )?you there|how are you)"
    r"(?: (?:hi|hello|hey|there|all|everyone|good (?:day|morning|afternoon|evening)))*+"
)
_SO: Final = (
    r"好的|好哒|好滴|好嘞|好吧|好呢|好|嗯嗯|嗯|恩|哦哦|哦|噢|行吧|行|可以|知道|我知道|明白|我明白"
    r"|懂|了解|收到"
)
_ACKNOWLEDGEMENT: Final = (
    rf"(?:{_SO}|原来如此|原来是这样|这样子?|没问题|ok|okay|是的|对|那){_END}"
    rf"(?:{_SO}|ok|吧|了|啦|哒|的|呢|啊|那)*+|(?:哈|呵|嘿|嘻|lol|haha)++"
    rf"|(?:{_SO}|那|我|自己|先|再|去|你)*+(?:稍等|等一?[下会]儿?|等等|想想|想一?下|考虑(?:一?下|考虑)?|看看|看一?下)(?:再说|再|先|{_SO}|吧|哈|啊|哦|了)*+"
    r"|(?:oh |ah )?"
    r"(?:ok|okay|k|alright|all right|got it|i see|understood|sure|fine|cool|noted|right|i understand)"
    r"(?: (?:ok|okay|then|now|got it|thats fine|i see|fine))*+"
)
_COMPILED: Final = tuple(
    (intent, re.compile(rule))
    for intent, rule in (
        (Intent.ROBOT, _ROBOT),
        (Intent.IDENTITY, _IDENTITY),
        (Intent.THANKS, _THANKS),
        (Intent.GOODBYE, _GOODBYE),
        (Intent.GREETING, _GREETING),
        (Intent.ACKNOWLEDGEMENT, _ACKNOWLEDGEMENT),
    )
)
"""In the order in which one outweighs another: who says "好的，谢谢，再见" thanks."""


def small_talk(clauses: Sequence[str]) -> Intent | None:
    """What kind, when every clause is; a greeting in front of a question hides none."""
    found = [_kind(clause) for clause in clauses]
    if not found or None in found:
        return None
    return next(intent for intent, _ in _COMPILED if intent in found)


def _kind(clause: str) -> Intent | None:
    if len(clause) > LONGEST:
        return None
    return next((intent for intent, rule in _COMPILED if rule.fullmatch(clause)), None)
