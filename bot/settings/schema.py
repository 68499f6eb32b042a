"""What can be set, with what is allowed and what to write: each `description` completes "write …"."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from bot.hours import Span
from bot.settings.secrets import Secret
from bot.wording import DEFAULT_GREETING, DEFAULT_NO_PEOPLE, DEFAULT_PERSONA, DEFAULT_REFUSAL


def _is_http(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return url.rstrip("/")


def _is_aes_key(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if len(text) != 43 or not (text.isascii() and text.isalnum()):
        raise ValueError("must be 43 letters and digits")
    return key


def _is_long(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < 32:
        raise ValueError("must be 32 characters or more")
    return key


def _is_secret_http(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return url


def _is_span(text: str) -> str:
    Span.parse(text)
    return text


def _is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):  # no such form, no such name, a folder of names
        raise ValueError("is no time zone that this system knows") from None
    return name


Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
"""Of a tenant or channel: it stands in addresses and Redis keys, so no colon and nothing to escape."""
HttpUrl = Annotated[str, AfterValidator(_is_http)]
AesKey = Annotated[Secret, AfterValidator(_is_aes_key)]
LongKey = Annotated[Secret, AfterValidator(_is_long)]
HostPattern = Annotated[str, Field(pattern=r"^(\*\.)?([a-z0-9-]{1,63}\.)+[a-z]{2,63}$")]
SecretUrl = Annotated[Secret, AfterValidator(_is_secret_http)]
OpenSpan = Annotated[str, AfterValidator(_is_span)]
Zone = Annotated[str, AfterValidator(_is_zone)]
KfId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
NAME_HELP = "1 to 40 small letters, digits and hyphens"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ServerSettings(_Section):
    """The doors."""

    host: str = Field("127.0.0.1", description="the address to listen on, 0.0.0.0 for all")
    port: int = Field(8080, ge=1, le=65535, description="a free port, 1 to 65535")
    max_body_bytes: int = Field(
        256 * 1024, ge=1024, le=16 * 1024 * 1024, description="1024 to 16777216 bytes"
    )
    body_timeout_s: float = Field(5.0, gt=0, le=60, description="seconds, more than 0 and up to 60")


class RedisSettings(_Section):
    """Queue, inbox, outbox, leases."""

    url: str = Field(
        "",
        pattern=r"^((rediss?|unix)://.*)?$",
        description='redis://host:6379/0, or "" for the embedded one',
    )
    appendfsync: Literal["everysec", "always"] = Field(
        "everysec", description='"everysec" or "always": when the embedded one has its log on the disk itself'
    )


class QdrantSettings(_Section):
    """Vectors."""

    url: HttpUrl = Field("", description='http://host:6333, or "" for the embedded one')
    api_key: Secret | None = Field(None, description="the server's key, as env:NAME or file:PATH")
    collection: str = Field(
        "kefu", pattern=r"^[A-Za-z0-9_-]{1,64}$", description="1 to 64 letters, digits, _ and -"
    )


class DatabaseSettings(_Section):
    """Records."""

    url: str = Field("", description='an SQLAlchemy address, or "" for SQLite in data_dir')


class ModelSettings(_Section):
    """The chat model."""

    base_url: HttpUrl = Field("", description='an OpenAI-compatible address with /v1, or "" for FAQ mode')
    api_key: Secret | None = Field(None, description="the server's key, as env:NAME or file:PATH")
    model: str = Field("", description="the model's name on that server")
    max_in_flight: int = Field(64, ge=1, le=4096, description="turns in work at once, 1 to 4096")
    timeout_s: float = Field(30.0, gt=0, le=600, description="seconds for one answer, up to 600")
    context_tokens: int = Field(4096, ge=512, description="the model's context window in tokens, 512 or more")
    max_tokens: int = Field(512, ge=16, le=8192, description="tokens of an answer, 16 to 8192")
    temperature: float = Field(0.3, ge=0, le=2, description="0 to 2")
    sees: bool = Field(False, description="true when the model takes pictures, or false")
    serve: str = Field("", description="a model name or folder that `kefu up` should serve with vLLM")
    serve_command: list[str] = Field(
        ["vllm", "serve"], min_length=1, description='a command as a list, ["vllm", "serve"]'
    )
    serve_options: list[str] = Field([], description="more options of that command, as a list")
    serve_port: int = Field(8100, ge=1, le=65535, description="a free port, 1 to 65535")


class EmbeddingSettings(_Section):
    """The embedding model."""

    base_url: HttpUrl = Field("", description='an OpenAI-compatible address with /v1, or "" for the bundled')
    api_key: Secret | None = Field(None, description="the server's key, as env:NAME or file:PATH")
    model: str = Field("", description="the model's name on that server")
    dimensions: int = Field(0, ge=0, le=8192, description="the vectors' length, or 0 for the model's own")
    query_instruction: str = Field("", description="what the model wants in front of a question")


class RerankSettings(_Section):
    """The reranker."""

    base_url: HttpUrl = Field("", description='an address with /v1/rerank, or "" for none')
    model: str = Field("", description="the model's name on that server")


class MediaSettings(_Section):
    """Pictures and voice messages that customers send."""

    max_bytes: int = Field(
        10 * 1024 * 1024, ge=1024, le=100 * 1024 * 1024, description="1024 to 104857600 bytes of one file"
    )
    keep_days: int = Field(7, ge=0, le=3650, description="days to keep them in data_dir, or 0 for not at all")
    keep_bytes: int = Field(
        10 * 1024**3,
        ge=1024**2,
        description="bytes of all that is kept, 1048576 or more",
    )


class TranscriptionSettings(_Section):
    """The server that writes down what customers speak."""

    base_url: HttpUrl = Field(
        "", description='an address with /v1/audio/transcriptions, up to its /v1, or "" for none'
    )
    api_key: Secret | None = Field(None, description="the server's key, as env:NAME or file:PATH")
    model: str = Field("", description="the model's name on that server")
    timeout_s: float = Field(20.0, gt=0, le=600, description="seconds for one voice message, up to 600")


class WorkerSettings(_Section):
    """The worker processes."""

    concurrency: int = Field(0, ge=0, le=4096, description="threads, or 0 for model.max_in_flight")
    lease_s: float = Field(
        15.0, ge=1, le=600, description="seconds a dead worker holds its customers, 1 to 600"
    )
    stop_s: float = Field(20.0, ge=0, le=600, description="seconds to finish work after SIGTERM, 0 to 600")
    max_attempts: int = Field(5, ge=1, le=100, description="tries at an answer before an apology, 1 to 100")
    metrics_port: int = Field(0, ge=0, le=65535, description="a port for Prometheus, or 0 for none")


class LimitSettings(_Section):
    """What one customer may ask of a tenant."""

    text_chars: int = Field(1000, ge=10, le=20000, description="characters of one message, 10 to 20000")
    history_lines: int = Field(12, ge=0, le=100, description="lines of dialogue remembered, 0 to 100")
    answer_s: float = Field(60.0, ge=1, le=600, description="seconds for one answer in all, 1 to 600")


class PeopleSettings(_Section):
    """The people behind the bot. A tenant without this table has none."""

    hours: list[OpenSpan] = Field(
        [],
        max_length=20,
        description='when they are there, as a list: ["mon-fri 09:00-18:00"]; empty: always',
    )
    timezone: Zone = Field("Asia/Shanghai", description="the hours' time zone, Asia/Shanghai")
    holidays: list[date] = Field(
        [], max_length=400, description='days on which nobody is there, as a list: ["2026-10-01"]'
    )
    timeout_minutes: float = Field(
        30.0, gt=0, le=1440, description="minutes without a person's word until the bot is back, up to 1440"
    )
    webhook: SecretUrl | None = Field(
        None, description="the address of a WeCom or DingTalk group robot, as env:NAME or file:PATH"
    )
    webhook_secret: Secret | None = Field(
        None, description="the SEC… of a DingTalk robot that wants signatures, as env:NAME or file:PATH"
    )
    show_words: bool = Field(False, description="true, if the group is to read what customers write")


class TenantSettings(_Section):
    """One shop or brand."""

    name: Name = Field(description=NAME_HELP)
    title: str = Field("", max_length=80, description="the shop's name as customers know it")
    persona: str = Field(
        DEFAULT_PERSONA, min_length=1, max_length=4000, description="who the bot is, up to 4000 characters"
    )
    greeting: str = Field(
        DEFAULT_GREETING, min_length=1, max_length=500, description="the first line, up to 500 characters"
    )
    refusal: str = Field(
        DEFAULT_REFUSAL, min_length=1, max_length=500, description="the line for what it can't answer"
    )
    no_people: str = Field(
        DEFAULT_NO_PEOPLE,
        min_length=1,
        max_length=500,
        description="the line for who asks for a person where there is none",
    )
    suggestions: list[str] = Field([], max_length=8, description="up to 8 questions to offer, as a list")
    knowledge: list[Path] = Field([], description='files or folders, as a list: ["faq.csv"]')
    blocked_words: list[str] = Field([], max_length=10000, description="words never to be said, as a list")
    faq_confidence: float = Field(
        0.45, ge=0, le=1, description="0 to 1: how near an FAQ entry must be to be sent as it stands"
    )
    limits: LimitSettings = Field(default_factory=LimitSettings, description="a table of limits")
    people: PeopleSettings | None = Field(
        None, description="a table [tenants.people], if customers can be passed on to people"
    )


class _Channel(_Section):
    name: Name = Field(description=NAME_HELP)
    tenant: Name = Field(description="the name of one of the [[tenants]]")


class WeComAppSettings(_Channel):
    """What both kinds of door to a WeCom app need."""

    api_base: HttpUrl = Field("https://qyapi.weixin.qq.com", description="https://qyapi.weixin.qq.com")
    corp_id: str = Field(min_length=1, description="the 企业ID (我的企业 → 企业信息)")
    secret: Secret = Field(description="the app's Secret, as env:NAME or file:PATH")
    token: Secret = Field(description="the Token of 接收消息 → API接收, as env:NAME or file:PATH")
    encoding_aes_key: AesKey = Field(
        description="the 43 letters and digits of EncodingAESKey, as env:NAME or file:PATH"
    )


class WeComBotSettings(_Channel):
    """A WeCom intelligent bot with a callback address (企业微信智能机器人, API 模式, URL 回调)."""

    kind: Literal["wecom-bot"]
    api_base: HttpUrl = Field("https://qyapi.weixin.qq.com", description="https://qyapi.weixin.qq.com")
    token: Secret = Field(description="the Token of the bot's URL 回调, as env:NAME or file:PATH")
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


class DingTalkRobotSettings(_Channel):
    """A DingTalk robot (钉钉机器人), by whichever way its messages come."""

    api_base: HttpUrl = Field("https://api.dingtalk.com", description="https://api.dingtalk.com")
    client_id: str = Field(min_length=1, description="the app's Client ID (AppKey)")
    client_secret: Secret = Field(description="the app's Client Secret, as env:NAME or file:PATH")
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
    token: Secret | None = Field(
        None, description="the Token of 事件订阅 → HTTP 推送, as env:NAME or file:PATH"
    )
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
    session_key: Secret | None = Field(
        None,
        description="32 or more random characters, as env:NAME or file:PATH; none: made and kept in Redis",
    )
    session_hours: float = Field(
        72.0, gt=0, le=8760, description="hours a visitor's session lives, up to 8760"
    )
    identity_key: LongKey | None = Field(
        None,
        description="32 or more characters to sign customers with, as env:NAME or file:PATH; none: no such",
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


class Settings(_Section):
    """The whole configuration. Relative paths are relative to the file's folder."""

    data_dir: Path = Field(Path("data"), description="a folder that Kefu may write to")
    server: ServerSettings = Field(default_factory=ServerSettings)
    redis: RedisSettings = Field(default_factory=RedisSettings)
    qdrant: QdrantSettings = Field(default_factory=QdrantSettings)
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    model: ModelSettings = Field(default_factory=ModelSettings)
    embedding: EmbeddingSettings = Field(default_factory=EmbeddingSettings)
    rerank: RerankSettings = Field(default_factory=RerankSettings)
    media: MediaSettings = Field(default_factory=MediaSettings)
    transcription: TranscriptionSettings = Field(default_factory=TranscriptionSettings)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    tenants: list[TenantSettings] = Field(min_length=1, description='[[tenants]] with name = "my-shop"')
    channels: list[ChannelSettings] = Field([], description="[[channels]] with name, kind and tenant")

    def tenant(self, name: str) -> TenantSettings:
        """The tenant of that name. Raises KeyError."""
        return {tenant.name: tenant for tenant in self.tenants}[name]

    @property
    def concurrency(self) -> int:
        """Turns a worker process keeps in flight."""
        return self.worker.concurrency or self.model.max_in_flight
