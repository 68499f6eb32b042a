"""What can be set, with what is allowed and what to write: each `description` completes "write …"."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from bot.settings.channels import ChannelSettings
from bot.settings.fields import Section
from bot.settings.parts import (
    AlertSettings,
    DatabaseSettings,
    EmbeddingSettings,
    MediaSettings,
    ModelSettings,
    ModerationSettings,
    QdrantSettings,
    RedisSettings,
    RerankSettings,
    ServerSettings,
    TranscriptionSettings,
    WorkerSettings,
)
from bot.settings.tenants import TenantSettings


class Settings(Section):
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
    moderation: ModerationSettings = Field(default_factory=ModerationSettings)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    alerts: AlertSettings = Field(default_factory=AlertSettings)
    tenants: list[TenantSettings] = Field(min_length=1, description='[[tenants]] with name = "my-shop"')
    channels: list[ChannelSettings] = Field([], description="[[channels]] with name, kind and tenant")

    def tenant(self, name: str) -> TenantSettings:
        """The tenant of that name. Raises KeyError."""
        return {tenant.name: tenant for tenant in self.tenants}[name]

    @property
    def concurrency(self) -> int:
        """Turns a worker process keeps in flight, at most."""
        calls = sum(server.max_in_flight for server in self.model.each.values())
        return self.worker.concurrency or with_ahead(calls or self.model.max_in_flight)


def with_ahead(calls: int) -> int:
    """Turns that keep so many calls under way: some are being prepared while others are answered."""
    return calls + max(2, calls // 8)
