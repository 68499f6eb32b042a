"""Every setting, read once at start from `kefu.toml` and the environment."""

from bot.settings.channels import (
    ChannelSettings,
    DingTalkRobotSettings,
    DingTalkSettings,
    DingTalkStreamSettings,
    WebChatSettings,
    WeComAppSettings,
    WeComBotSettings,
    WeComKfSettings,
    WeComSettings,
)
from bot.settings.load import load
from bot.settings.parts import (
    AlertSettings,
    DatabaseSettings,
    EmbeddingSettings,
    MediaSettings,
    ModelServerSettings,
    ModelSettings,
    ModerationSettings,
    QdrantSettings,
    RedisSettings,
    RerankSettings,
    ServerSettings,
    TranscriptionSettings,
    WorkerSettings,
)
from bot.settings.schema import Settings, with_ahead
from bot.settings.tenants import LimitSettings, PeopleSettings, TenantSettings
from bot.settings.tools import ArgumentSettings, ToolSettings

__all__ = [
    "AlertSettings",
    "ArgumentSettings",
    "ChannelSettings",
    "DatabaseSettings",
    "DingTalkRobotSettings",
    "DingTalkSettings",
    "DingTalkStreamSettings",
    "EmbeddingSettings",
    "LimitSettings",
    "MediaSettings",
    "ModelServerSettings",
    "ModelSettings",
    "ModerationSettings",
    "PeopleSettings",
    "QdrantSettings",
    "RedisSettings",
    "RerankSettings",
    "ServerSettings",
    "Settings",
    "TenantSettings",
    "ToolSettings",
    "TranscriptionSettings",
    "WeComAppSettings",
    "WeComBotSettings",
    "WeComKfSettings",
    "WeComSettings",
    "WebChatSettings",
    "WorkerSettings",
    "load",
    "with_ahead",
]
