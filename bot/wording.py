"""Every sentence that Kefu says to customers on its own behalf: courteous, short, no word of our machinery.

A tenant's persona, greeting and refusal replace the defaults here; the rest is the same for all.
"""

from __future__ import annotations

from typing import Final

DEFAULT_PERSONA: Final = "你是这家店的在线客服，热情、耐心、说话简洁。"
DEFAULT_GREETING: Final = "您好，我是在线客服，请问有什么可以帮您？"
DEFAULT_REFUSAL: Final = (
    "抱歉，这个问题我暂时没有找到准确的资料，怕说错耽误您。您可以换个说法再问一次，或稍后联系人工客服。"
)

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

LOOKING_IT_UP: Final = "正在为您查询，请稍候…"
ANSWER_FOLLOWS: Final = "您的问题还需要一点时间，查好后我再发给您。"
SUGGESTED: Final = "您也可以直接问我："
CUT_SHORT: Final = "（内容较长，先说到这里，其余的请再问我。）"

APOLOGY: Final = "抱歉，系统刚才出了点小问题，没能答上您的提问。请稍后再发一次，给您添麻烦了。"
WITHHELD: Final = "抱歉，这个问题我不方便回答。如需帮助，请联系人工客服。"


def named(kind: str) -> str:
    """A kind of message, as customers call it."""
    return KINDS.get(kind, OTHER_KIND)
