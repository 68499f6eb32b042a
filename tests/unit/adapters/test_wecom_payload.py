"""What each kind of WeCom message and event becomes."""

from __future__ import annotations

import pytest

from adapters.wecom import payload, xml
from adapters.wecom.payload import Entered
from bot.errors import BadRequest
from bot.types import Address, Conversation, Ignored, Message

HEAD = (
    "<ToUserName><![CDATA[corp]]></ToUserName><FromUserName><![CDATA[ZhangSan]]></FromUserName>"
    "<CreateTime>1700000000</CreateTime><AgentID>1000002</AgentID>"
)
MESSAGES = {
    "text": ("<Content><![CDATA[ 能退吗？😀 ]]></Content>", "能退吗？😀"),
    "image": ("<PicUrl>http://p/1</PicUrl><MediaId>m</MediaId>", ""),
    "voice": ("<MediaId>m</MediaId><Format>amr</Format>", ""),
    "video": ("<MediaId>m</MediaId><ThumbMediaId>t</ThumbMediaId>", ""),
    "location": (
        "<Location_X>23.1</Location_X><Location_Y>113.3</Location_Y><Label>天河路1号</Label>",
        "天河路1号",
    ),
    "link": ("<Title>七天无理由</Title><Description>d</Description><Url>http://u</Url>", "七天无理由"),
}
EVENTS = {
    "subscribe": "",
    "unsubscribe": "",
    "LOCATION": "<Latitude>23.1</Latitude><Longitude>113.3</Longitude><Precision>65</Precision>",
    "view": "<EventKey>http://u</EventKey>",
    "view_miniprogram": "<EventKey>pages/a</EventKey>",
    "scancode_push": "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>1</ScanResult></ScanCodeInfo>",
    "scancode_waitmsg": "<ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo>",
    "pic_sysphoto": "<SendPicsInfo><Count>1</Count><PicList><item/></PicList></SendPicsInfo>",
    "pic_photo_or_album": "<SendPicsInfo><Count>0</Count><PicList/></SendPicsInfo>",
    "pic_weixin": "<SendPicsInfo><Count>0</Count></SendPicsInfo>",
    "location_select": "<SendLocationInfo><Label>l</Label></SendLocationInfo>",
    "template_card_menu_event": "<TaskId>t</TaskId>",
    "batch_job_result": "<BatchJob><JobId>j</JobId></BatchJob>",
    "change_contact": "<ChangeType>create_user</ChangeType><UserID>u</UserID>",
    "open_approval_change": "<ApprovalInfo><ThirdNo>1</ThirdNo></ApprovalInfo>",
    "inactive_alert": "",
    "close_inactive_agent": "",
    "reopen_inactive_agent": "",
    "low_active_alert": "",
    "low_active": "",
    "active_restored": "",
}
UNKNOWN = {
    "kf_msg_or_event": "<Token>t</Token><OpenKfId>k</OpenKfId>",
    "an_event_of_next_year": "",
}
OPTIONS = (
    "<SelectedItems><SelectedItem><QuestionKey>q</QuestionKey><OptionIds>{}</OptionIds></SelectedItem>"
    "</SelectedItems>"
)
CARDS = {
    "a button": ("<EventKey>怎么退货</EventKey>", "怎么退货"),
    "a vote": ("<EventKey>submit</EventKey>" + OPTIONS.format("<OptionId>多久发货</OptionId>"), "多久发货"),
    "several options": (
        "<EventKey>submit</EventKey>"
        + OPTIONS.format("<OptionId>怎么退货</OptionId><OptionId> 多久发货 </OptionId><OptionId/>"),
        "怎么退货\n多久发货",
    ),
    "nothing ticked": ("<EventKey>多久发货</EventKey>" + OPTIONS.format(""), "多久发货"),
}
MENU = {"RETURNS": "怎么退货"}


def parse(xml: str) -> Message | Entered | Ignored:
    return payload.parse(xml.encode(), tenant="shop", channel="shop-wecom", menu=MENU)


def event(kind: str, fields: str) -> str:
    return f"<xml>{HEAD}<MsgType>event</MsgType><Event>{kind}</Event>{fields}</xml>"


def id_of(received: Message | Entered | Ignored) -> str:
    assert isinstance(received, Message)
    return received.id


def click(card: str, *, code: str = "c1", task: str = "kefu-r1-0") -> Message | Entered | Ignored:
    ids = f"<TaskId>{task}</TaskId><ResponseCode>{code}</ResponseCode>"
    return parse(event("template_card_event", ids + CARDS[card][0]))


def message(kind: str, fields: str, id_: str = "1234567890123456") -> str:
    return f"<xml>{HEAD}<MsgType><![CDATA[{kind}]]></MsgType>{fields}<MsgId>{id_}</MsgId></xml>"


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_is_read_by_its_type(kind: str) -> None:
    fields, text = MESSAGES[kind]

    received = parse(message(kind, fields))

    assert isinstance(received, Message)
    assert (received.id, received.kind, received.text) == ("1234567890123456", kind, text)
    assert (received.sent_at, received.address.expires_at) == (1700000000.0, None)


def test_a_userid_is_one_customer_however_it_is_written() -> None:
    received = parse(message("text", "<Content>hi</Content>"))

    assert isinstance(received, Message)
    assert str(received.conversation) == "shop:shop-wecom:zhangsan"
    assert received.sender == "zhangsan"
    assert payload.user(received.address) == "ZhangSan"


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_that_needs_no_answer_is_ignored_and_it_is_said_why(kind: str) -> None:
    received = parse(event(kind, EVENTS[kind]))

    assert isinstance(received, Ignored)
    name, _, why = received.reason.partition(": ")
    assert (name, bool(why), why != "not known") == (f"event {kind}", True, True)


@pytest.mark.parametrize("kind", UNKNOWN)
def test_an_event_that_we_do_not_know_is_ignored_by_name(kind: str) -> None:
    assert parse(event(kind, UNKNOWN[kind])) == Ignored(f"event {kind}: not known")


def test_an_event_of_the_system_itself_is_ignored() -> None:
    xml = "<xml><FromUserName>sys</FromUserName><MsgType>event</MsgType><Event>batch_job_result</Event></xml>"

    assert parse(xml) == Ignored("event batch_job_result: of the address book, not of a customer")


def test_whoever_opens_the_chat_has_come_in() -> None:
    received = parse(event("enter_agent", "<EventKey></EventKey>"))

    conversation = Conversation("shop", "shop-wecom", "zhangsan")
    assert received == Entered(conversation, Address({"user": "ZhangSan"}), 1700000000.0)


@pytest.mark.parametrize(
    ("key", "text"), [("RETURNS", "怎么退货"), ("找人工", "找人工"), (" SIZES ", "SIZES")]
)
def test_a_click_on_the_menu_asks_what_is_configured_or_its_key(key: str, text: str) -> None:
    received = parse(event("click", f"<EventKey>{key}</EventKey>"))

    assert isinstance(received, Message)
    assert (received.text, received.kind, received.sender) == (text, "text", "zhangsan")


def test_clicks_of_one_second_on_two_entries_are_two_messages_and_a_repeat_is_one() -> None:
    first, again, other = (id_of(parse(event("click", f"<EventKey>{key}</EventKey>"))) for key in "AAB")

    assert first == again != other


def test_a_click_on_nothing_is_ignored() -> None:
    assert parse(event("click", "<EventKey> </EventKey>")) == Ignored("a click on nothing")


@pytest.mark.parametrize("card", CARDS)
def test_a_click_on_a_card_asks_what_was_picked(card: str) -> None:
    received = click(card)

    assert isinstance(received, Message)
    assert (received.text, received.kind) == (CARDS[card][1], "text")
    assert received.conversation == Conversation("shop", "shop-wecom", "zhangsan")


def test_a_repeated_click_is_one_message_and_a_second_click_another() -> None:
    first, again, other = (id_of(click("a button", code=code)) for code in ("c1", "c1", "c2"))

    assert first == again != other


def test_a_card_of_somebody_else_is_left_to_them() -> None:
    ignored = Ignored("event template_card_event: of a card that is not ours")

    assert click("a button", task="approval-17") == ignored
    assert parse(event("template_card_event", "<TaskId>kefu-1</TaskId><SelectedItems/>")) == ignored


def test_an_unknown_type_is_ignored_and_not_repeated_in_the_log() -> None:
    assert parse(message("hologram", "")) == Ignored("unknown type hologram")
    assert parse(message("holo\ngram 13800000000", "")) == Ignored("unknown type without a name")


def test_a_text_without_words_needs_no_answer() -> None:
    assert isinstance(parse(message("text", "<Content><![CDATA[ \n]]></Content>")), Ignored)


BROKEN = {
    "no XML": "not xml",
    "cut off": "<xml><MsgType>text",
    "empty": "",
    "an entity": '<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>',
    "a doctype": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>',
    "an unknown encoding": '<?xml version="1.0" encoding="klingon"?><xml/>',
    "no MsgId": f"<xml>{HEAD}<MsgType>text</MsgType><Content>hi</Content></xml>",
    "an endless MsgId": message("text", "<Content>hi</Content>", "9" * 5000),
    "a MsgId of letters": message("text", "<Content>hi</Content>", "abc"),
    "several receivers": message("text", "<Content>hi</Content>").replace("ZhangSan", "a|b"),
    "everybody": message("text", "<Content>hi</Content>").replace("ZhangSan", "@all"),
    "an endless userid": message("text", "<Content>hi</Content>").replace("ZhangSan", "a" * 65),
    "nobody who came in": event("enter_agent", "").replace("ZhangSan", ""),
    "nobody who clicked": event("click", "<EventKey>A</EventKey>").replace("ZhangSan", ""),
    "a time without sense": message("text", "<Content>hi</Content>").replace("1700000000", "1e400"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_is_broken_is_a_bad_request(fault: str) -> None:
    with pytest.raises(BadRequest):
        parse(BROKEN[fault])


def test_the_sealed_text_is_found_in_the_envelope() -> None:
    body = "<xml><ToUserName>c</ToUserName><AgentID></AgentID><Encrypt><![CDATA[a+b/c=]]></Encrypt></xml>"

    assert xml.encrypted(body.encode()) == "a+b/c="
