"""The doors, each with the names that its platform's console uses."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.settings.fields import (
    NAME_HELP,
    AesKey,
    HostPattern,
    HttpUrl,
    Key,
    KfId,
    LongKey,
    Name,
    Section,
)


class _Channel(Section):
    name: Name = Field(description=NAME_HELP)
    tenant: Name = Field(description="the name of one of the [[tenants]]")


class WeComAppSettings(_Channel):
    """What both kinds of door to a WeCom app need."""

    api_base: HttpUrl = Field("https://qyapi.weixin.qq.com", description="https://qyapi.weixin.qq.com")
    corp_id: str = Field(min_length=1, description="the 企业ID (我的企业 → 企业信息)")
    secret: Key = Field(description="the app's Secret, as env:NAME or file:PATH")
    token: Key = Field(description="the Token of 接收消息 → API接收, as env:NAME or file:PATH")
    encoding_aes_key: AesKey = Field(
        description="the 43 letters and digits of EncodingAESKey, as env:NAME or file:PATH"
    )


class WeComBotSettings(_Channel):
    """A WeCom intelligent bot with a callback address (企业微信智能机器人, API 模式, URL 回调)."""

    kind: Literal["wecom-bot"]
    api_base: HttpUrl = Field("https://qyapi.weixin.qq.com", description="https://qyapi.weixin.qq.com")
    token: Key = Field(description="the Token of the bot's URL 回调, as env:NAME or file:PATH")
    encoding_aes_key: AesKey = Field(
        description="the 43 letters and digits of EncodingAESKey, as env:NAME or file:PATH"
    )
    media_hosts: list[HostPattern] = Field(
        ["*.qq.com", "*.myqcloud.com"], description='hosts that files may be fetched from, ["*.example.com"]'
    )
    stream_s: float = Field(
        330.0, ge=1, le=350, description="seconds WeCom may wait on the spot, 1 to 350: it does for 6 minutes"
    )


class WeComSettings(WeComAppSettings):
    """A self-built WeCom app (企业微信自建应用)."""

    kind: Literal["wecom"]
    agent_id: int = Field(ge=0, description="the app's AgentId, a number")
    markdown: bool = Field(
        False,
        description="true or false: WeCom's own client shows markdown, to who reads in WeChat it does not",
    )
    menu: dict[str, str] = Field(
        {},
        max_length=100,
        description='what an entry of the app\'s menu asks, by its key: {RETURNS = "怎么退货"}',
    )
    duplicate_check_s: int = Field(
        0,
        ge=0,
        le=14400,
        description="seconds, 0 (off) to 14400: WeCom drops a text it had within them, honest repeats too",
    )
    sends_per_minute: int = Field(
        0,
        ge=0,
        le=1_000_000,
        description="messages to all members together, up to 1000000, or 0 for any number",
    )
    sends_per_minute_to_one: int = Field(
        30,
        ge=1,
        le=1000,
        description="messages to one member, 1 to 1000: WeCom drops the 31st without a word",
    )


class WeComKfSettings(WeComAppSettings):
    """WeChat customer service (微信客服), by way of a self-built app that may call it."""

    kind: Literal["wecom-kf"]
    accounts: list[KfId] = Field(
        [], max_length=100, description='the accounts\' open_kfid, as a list: ["wk…"]; empty: as they call'
    )
    servicer: str = Field(
        "", max_length=64, description='the userid of the 接待人员 who gets customers, or "" for the queue'
    )
    repeated_codes: list[int] = Field(
        [], description="error codes that mean: this msgid was sent already (WeCom names none), as a list"
    )
    sends_per_minute: int = Field(
        10_000, ge=0, le=1_000_000, description="messages of all accounts, up to 1000000, or 0 for any number"
    )


class DingTalkRobotSettings(_Channel):
    """A DingTalk robot (钉钉机器人), by whichever way its messages come."""

    api_base: HttpUrl = Field("https://api.dingtalk.com", description="https://api.dingtalk.com")
    client_id: str = Field(min_length=1, description="the app's Client ID (AppKey)")
    client_secret: Key = Field(description="the app's Client Secret, as env:NAME or file:PATH")
    robot_code: str = Field(
        "", description="the RobotCode; empty when it equals client_id, as it mostly does"
    )
    media_hosts: list[HostPattern] = Field(
        ["*.dingtalk.com", "*.aliyuncs.com"],
        description='hosts that files may be fetched from, ["*.example.com"]',
    )
    card_template_id: str = Field(
        "",
        max_length=100,
        description='the id of an AI card template, "….schema"; empty: replies are messages',
    )
    card_key: str = Field(
        "content", min_length=1, max_length=100, description="the name of the template's streaming variable"
    )
    card_updates: int = Field(
        3,
        ge=0,
        le=100,
        description="how often one card may grow before it is finished, 0 to 100: each time is one call of "
        "the month's quota",
    )
    sends_per_second: int = Field(
        20, ge=1, le=1000, description="messages to all users together, 1 to 1000: what DingTalk sold the app"
    )
    sends_per_minute_to_one: int = Field(
        20, ge=1, le=1000, description="messages to one user or group, 1 to 1000"
    )
    card_suggestions_key: str = Field(
        "",
        max_length=100,
        description="the template's variable for questions to offer; empty: they stand in the text",
    )


class DingTalkSettings(DingTalkRobotSettings):
    """A robot that DingTalk calls (HTTP 模式)."""

    kind: Literal["dingtalk"]
    card_callback_url: HttpUrl = Field(
        "",
        description="this channel's public address, https://…/callbacks/NAME; empty: cards without buttons",
    )
    token: Key | None = Field(None, description="the Token of 事件订阅 → HTTP 推送, as env:NAME or file:PATH")
    encoding_aes_key: AesKey | None = Field(
        None, description="the 43 letters and digits of 事件订阅's aes_key, as env:NAME or file:PATH"
    )

    @model_validator(mode="after")
    def _events_need_both(self) -> Self:
        if (self.token is None) != (self.encoding_aes_key is None):
            raise ValueError("token and encoding_aes_key go together; write both, or neither for no events")
        return self


class DingTalkStreamSettings(DingTalkRobotSettings):
    """A robot that fetches its messages over connections of its own (Stream 模式)."""

    kind: Literal["dingtalk-stream"]
    connections: int = Field(1, ge=1, le=8, description="connections to hold open, 1 to 8")


class WebChatSettings(_Channel):
    """A chat on the shop's own site."""

    kind: Literal["webchat"]
    origins: list[str] = Field(
        [], description='sites that may embed it, ["https://shop.example"]; empty: any'
    )
    session_key: LongKey | None = Field(
        None,
        description="32 or more random characters, as env:NAME or file:PATH; none: made and kept in Redis",
    )
    session_hours: float = Field(
        72.0, gt=0, le=8760, description="hours a visitor's session lives, up to 8760"
    )
    identity_key: LongKey | None = Field(
        None,
        description="32 or more characters to sign customers with, as env:NAME or file:PATH, or leave it out",
    )
    messages_per_minute: int = Field(30, ge=1, le=6000, description="of one visitor, 1 to 6000")
    sessions_per_minute: int = Field(60, ge=1, le=60000, description="of one address, 1 to 60000")
    requests_per_minute: int = Field(
        1200, ge=1, le=600000, description="of any kind, of one address, 1 to 600000"
    )
    streams_per_address: int = Field(
        200, ge=1, le=60000, description="event streams open at once to one address, 1 to 60000"
    )
    pictures_per_minute: int = Field(10, ge=1, le=600, description="of one visitor, 1 to 600")
    picture_bytes: int = Field(
        5 * 1024 * 1024, ge=1024, le=20 * 1024 * 1024, description="of one picture, 1024 to 20971520"
    )
    picture_hours: float = Field(72.0, gt=0, le=8760, description="hours a picture is kept, up to 8760")
    pictures_total_bytes: int = Field(
        1024**3, ge=1024 * 1024, description="of all pictures kept, 1048576 or more"
    )


ChannelSettings = Annotated[
    WeComSettings
    | WeComBotSettings
    | WeComKfSettings
    | DingTalkSettings
    | DingTalkStreamSettings
    | WebChatSettings,
    Field(discriminator="kind"),
]
