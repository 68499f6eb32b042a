"""Every sentence that Kefu says on its own behalf: courteous, short, no word of our machinery.

A tenant's persona, greeting, refusal and no_people replace the defaults here; the rest is the same for all,
but that nobody is sent to people where a tenant has none.
"""

from __future__ import annotations

from typing import Final

DEFAULT_PERSONA: Final = "你是这家店的在线客服，热情、耐心、说话简洁。"
DEFAULT_GREETING: Final = "您好，我是在线客服，请问有什么可以帮您？"
DEFAULT_REFUSAL: Final = "抱歉，这个问题我暂时没有找到准确的资料，怕说错耽误您。您可以换个说法再问一次。"
DEFAULT_REFUSAL_WITH_PEOPLE: Final = (
    "抱歉，这个问题我暂时没有找到准确的资料，怕说错耽误您。您可以换个说法再问，或回复转人工。"
)
NO_PEOPLE: Final = "抱歉，这里目前没有人工客服可以转接。"
DEFAULT_NO_PEOPLE: Final = f"{NO_PEOPLE}请把问题告诉我，我尽力为您解答。"

TOO_LONG: Final = "您的消息有点长，我没能读完。麻烦分成几条、每条不超过{limit}个字发给我，好吗？"
NOTHING_SAID: Final = "我没有看到文字内容，请把您的问题用文字发给我，我马上为您查。"
ONLY_TEXT: Final = "我暂时还看不了{kind}，请把您的问题用文字描述一下，我马上为您查。"
KINDS: Final = {
    "image": "图片",
    "voice": "语音",
    "video": "视频",
    "file": "文件",
    "location": "位置",
    "link": "链接",
}
OTHER_KIND: Final = "这种消息"
WITHOUT_WORDS: Final = "（{kind}）"
NOT_OPENED: Final = "您发来的{kind}我没能打开，麻烦再发一次，或者用文字描述一下，我马上为您查。"
UNSEEN: Final = "（您发来的{kind}我暂时没能看到，如果和问题有关，麻烦用文字描述一下。）"

BUSY: Final = "当前咨询的客人较多，请稍候，前面还有约{count}位。"
BUSY_AND_NEXT: Final = "当前咨询的客人较多，请稍候，下一位就是您。"
PARKED: Final = "抱歉，系统正在恢复，暂时答不上您的提问。您的问题我已记下，恢复后马上在这里回复您。"
STILL_WAITS: Final = "您前面的问题我还记着，恢复后马上在这里回复您。"
ABOUT_WHAT_WAITED: Final = "关于您前面的问题“{question}”：\n{text}"
ABOUT_WHAT_WAITED_WORDLESS: Final = "关于您前面的问题：\n{text}"
REST_IS_OPEN: Final = "您另外问的，我暂时没有找到准确的资料，可以换个说法再问我。"
STILL_OPEN: Final = "您前面的问题我暂时还答不上，如果仍需要，请过一会儿再发给我。"
KNOWLEDGE_AWAY: Final = "抱歉，我现在暂时查不了资料，不是没有答案。请过几分钟再发给我，给您添麻烦了。"
LOOKING_IT_UP: Final = "正在为您查询，请稍候…"
ANSWER_FOLLOWS: Final = "您的问题还需要一点时间，查好后我再发给您。"
ASKED_BACK: Final = "您想问的是下面的问题吗？请选一个发给我，或者换个说法再问一次。"
WHAT_THEN: Final = "好的，那您想咨询什么呢？"
ASKED_BACK_OF_ONE: Final = "您想问的是下面这个问题吗？是的话请把它发给我，或者换个说法再问一次。"
ASKING_BACK: Final = frozenset((ASKED_BACK, ASKED_BACK_OF_ONE))
QUOTED: Final = "关于“{title}”，我们的说明是：\n{text}"
QUOTED_UNTITLED: Final = "我们的说明是：\n{text}"
SUGGESTED: Final = "您也可以直接问我："
CUT_SHORT: Final = "（内容较长，先说到这里，其余的请再问我。）"

TOO_OFTEN: Final = "您的消息有点多，我一时回复不过来，请过几分钟再发给我，给您添麻烦了。"

YOU_ARE_WELCOME: Final = "不客气，很高兴能帮到您。还有问题随时找我。"
GOODBYE: Final = "感谢您的咨询，祝您生活愉快，有需要随时找我。"
AT_YOUR_SERVICE: Final = "好的，有问题随时问我。"
WHO_I_AM: Final = "我是{shop}的智能客服，商品、订单和售后方面的问题都可以问我。"
HERE: Final = "本店"
A_ROBOT: Final = "我是智能客服，不是真人，会根据店里的资料为您解答。"
A_ROBOT_WITH_PEOPLE: Final = f"{A_ROBOT}需要人工客服时，回复转人工就可以。"

RATE_US: Final = "方便的话，请回复1到5为本次服务打分，5分为非常满意。"
THANKS: Final = "谢谢您的评价！"
SORRY: Final = "谢谢您的反馈，我们会继续改进。"
A_PERSON_PLEASE: Final = "转人工"
"""What the button says for the customer who presses it."""

DEFAULT_FOUND_NOTHING: Final = "抱歉，没有查到相关信息，请核对后再发给我。"
ASK_ARGUMENT: Final = "好的，请告诉我{what}，我马上为您查。"
ASK_WORDS: Final = "好的，请告诉我{what}，我马上为您办理。"
STILL_NEEDED: Final = "好的，等您发来{what}，我马上为您查。"
ASK_WHICH: Final = "好的，请告诉我要办的是哪一个，我一次为您办一个。"
OF_ONE: Final = "{thing}：{line}"
THE_ARGUMENT: Final = "更具体的信息"
ASK_PHONE: Final = "为了保护您的信息，请再告诉我收货手机号的后四位，我马上为您查。"
THE_PHONE: Final = "收货手机号的后四位"
PHONE_STILL_NEEDED: Final = STILL_NEEDED.format(what=THE_PHONE)
NOT_PROVEN: Final = "抱歉，没有查到与您提供的信息相符的订单，请核对订单号和收货手机号的后四位。"
TRIED_TOO_OFTEN: Final = "抱歉，核对的次数有点多，为了您的信息安全，请过一小时再查。"
ONLY_FOR_KNOWN: Final = "为了保护您的信息，请先登录后再来查询。"
NOT_IN_GROUPS: Final = "为了保护您的信息，请单独发消息给我，我再为您查。"
TOOL_AWAY: Final = "抱歉，系统暂时查不到，请过几分钟再发给我，给您添麻烦了。"
NO_VALUE: Final = "暂无"

APOLOGY: Final = "抱歉，系统刚才出了点小问题，没能答上您的提问。请稍后再发一次，给您添麻烦了。"
WITHHELD: Final = "抱歉，这个问题我不方便回答。您可以问我别的问题，我尽力为您解答。"
WITHHELD_WITH_PEOPLE: Final = "抱歉，这个问题我不方便回答。您可以回复转人工，由人工客服为您解答。"

HANDED_OFF: Final = "好的，已为您转接人工客服，请稍候。您可以先把问题写下来，接下来由人工客服为您解答。"
HANDED_OFF_AS_BUSY: Final = "让您久等了，现在咨询的客人较多，已为您转接人工客服，请稍候。"
HANDED_OFF_AS_UNSURE: Final = "这个问题我没有把握，怕说错耽误您，已为您转接人工客服，请稍候。"
PEOPLE_AWAY: Final = (
    "人工客服现在不在线，服务时间是{hours}。现在仍由我为您解答，您也可以在服务时间再来找人工客服。"
)
PEOPLE_AWAY_UNTIL: Final = (
    "人工客服现在不在线，服务时间是{hours}，{back}开始可以为您服务。现在仍由我为您解答。"
)
PEOPLE_BACK: Final = "人工客服{back}在线，到时您也可以回复转人工。"
HANDED_OFF_SORRY: Final = (
    "非常抱歉给您带来了不好的体验，已为您转接人工客服，请稍候。"
    "您可以先把情况写下来，接下来由人工客服为您处理。"
)
HANDED_OFF_TO_HELP: Final = "这件事由人工客服为您处理更合适，已为您转接，请稍候。"
HANDED: Final = frozenset((HANDED_OFF, HANDED_OFF_AS_BUSY, HANDED_OFF_SORRY, HANDED_OFF_TO_HELP))
"""All that promise a person."""
SORRY_FOR_THAT: Final = "非常抱歉给您带来了不好的体验。"
SORRY_WORD: Final = "抱歉"
TELL_ME_MORE: Final = "请告诉我遇到了什么问题，我尽力为您解决。"
CALM: Final = f"很抱歉让您不愉快了。{TELL_ME_MORE}"
STILL_NOT_FOUND: Final = "抱歉，这个问题我还是没有找到准确的资料，怕说错耽误您。"
OFFER_PERSON: Final = "需要人工客服吗？回复转人工，就为您转接。"
GO_ON_WITH_ME: Final = "好的，仍由我为您解答，您可以换个说法再问我。"
NOT_HANDED_OVER: Final = "抱歉，刚才没能转接到人工客服。现在仍由我为您解答，您也可以稍后再试一次。"
PERSON_SAYS: Final = "【人工客服】{text}"
"""They come from the same account as the bot's words, so each time the customer is told whose they are."""
PERSON_HAS_IT: Final = "已转给人工客服，请稍候。"
BOT_IS_BACK: Final = "人工服务已结束，现在由智能客服继续为您解答，有问题请直接发给我。"
NO_PERSON_CAME: Final = (
    "抱歉，人工客服暂时没能回复您。现在由智能客服继续为您解答，您可以再发一次问题，或稍后再找人工客服。"
)

# What a shop's own people are told.
WHY: Final = "原因：{reason}"
THEY_ASKED: Final = "客户要求人工客服"
THEY_COMPLAIN: Final = "客户投诉或不满"
THEY_ARE_UPSET: Final = "客户情绪激动"
BETTER_BY_A_PERSON: Final = "机器人判断应由人工处理"
MANY_WAIT: Final = "咨询的客户较多，机器人答不过来"
SOMETHING_ELSE: Final = "机器人没能解决"
BOT_SAID: Final = "机器人答：{words}"
THEIR_ORDER: Final = "订单：{order}"
THEIR_ITEM: Final = "谈到：{item}"
SOMEBODY_WAITS: Final = "有客户在等人工客服：{door}，已等{minutes}分钟，{messages}条消息未回复。"
THEIR_WORDS: Final = "客户说：{words}"
HOW_TO_REPLY: Final = "查看：kefu people show {name}\n回复：kefu people say {name} …"
MORE_WAIT: Final = "另外还有{count}位客户在等。"

# What those who run it are told. 客服 is in it for a DingTalk robot, which wants a keyword.
NOT_DELIVERED: Final = "客服提醒：渠道{channel}有{count}条回复没能送达：{reason}"
ONLY_APOLOGISED: Final = "客服提醒：渠道{channel}有{count}次提问没能答上，只回了致歉：{reason}"
MORE_REASONS: Final = "另外还有{count}条。"
HOW_TO_MEND: Final = "查看：kefu dead list\n原因排除后重试：kefu dead retry …"

_NEEDED: Final = (ASK_ARGUMENT.partition("{")[0], STILL_NEEDED.partition("{")[0], ASK_PHONE)


def named(kind: str) -> str:
    """A kind of message, as customers call it."""
    return KINDS.get(kind, OTHER_KIND)


def asks(line: str) -> bool:
    """Whether one of our lines wants an answer."""
    return line.rstrip().endswith(("？", "?")) or OFFER_PERSON in line or line.startswith(_NEEDED)
