"""What each kind of WeCom message and event becomes."""

from __future__ import annotations

import pytest

from adapters.wecom import payload, xml
from bot.errors import BadRequest
from bot.types import Ignored, Message

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
    "enter_agent": "<EventKey></EventKey>",
    "LOCATION": "<Latitude>23.1</Latitude><Longitude>113.3</Longitude><Precision>65</Precision>",
    "click": "<EventKey>KEY</EventKey>",
    "view": "<EventKey>http://u</EventKey>",
    "view_miniprogram": "<EventKey>pages/a</EventKey>",
    "scancode_push": "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>1</ScanResult></ScanCodeInfo>",
    "scancode_waitmsg": "<ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo>",
    "pic_sysphoto": "<SendPicsInfo><Count>1</Count><PicList><item/></PicList></SendPicsInfo>",
    "pic_photo_or_album": "<SendPicsInfo><Count>0</Count><PicList/></SendPicsInfo>",
    "pic_weixin": "<SendPicsInfo><Count>0</Count></SendPicsInfo>",
    "location_select": "<SendLocationInfo><Label>l</Label></SendLocationInfo>",
    "template_card_event": "<TaskId>t</TaskId><ResponseCode>c</ResponseCode><SelectedItems/>",
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
    "kf_msg_or_event": "<Token>t</Token><OpenKfId>k</OpenKfId>",
    "an_event_of_next_year": "",
}


def parse(xml: str) -> Message | Ignored:
    return payload.parse(xml.encode(), tenant="shop", channel="shop-wecom")


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


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_is_ignored_by_name(event: str) -> None:
    xml = f"<xml>{HEAD}<MsgType>event</MsgType><Event>{event}</Event>{EVENTS[event]}</xml>"

    assert parse(xml) == Ignored(f"event {event}")


def test_an_event_of_the_system_itself_is_ignored() -> None:
    xml = "<xml><FromUserName>sys</FromUserName><MsgType>event</MsgType><Event>batch_job_result</Event></xml>"

    assert parse(xml) == Ignored("event batch_job_result")


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
    "a time without sense": message("text", "<Content>hi</Content>").replace("1700000000", "1e400"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_is_broken_is_a_bad_request(fault: str) -> None:
    with pytest.raises(BadRequest):
        parse(BROKEN[fault])


def test_the_sealed_text_is_found_in_the_envelope() -> None:
    body = "<xml><ToUserName>c</ToUserName><AgentID></AgentID><Encrypt><![CDATA[a+b/c=]]></Encrypt></xml>"

    assert xml.encrypted(body.encode()) == "a+b/c="
