"""What Kefu is made of: servers, stores, models, processes."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from bot.settings.fields import (
    NAME_HELP,
    HttpUrl,
    Name,
    RedisUrl,
    SecretUrl,
    Section,
    Side,
)
from bot.settings.secrets import Secret


class ServerSettings(Section):
    """The doors."""

    host: str = Field("127.0.0.1", description="the address to listen on, 0.0.0.0 for all")
    port: int = Field(8080, ge=1, le=65535, description="a free port, 1 to 65535")
    max_body_bytes: int = Field(
        256 * 1024, ge=1024, le=16 * 1024 * 1024, description="1024 to 16777216 bytes"
    )
    body_timeout_s: float = Field(5.0, gt=0, le=60, description="seconds, more than 0 and up to 60")
    spool_bytes: int = Field(
        256 * 1024**2,
        ge=1024**2,
        description="bytes in data_dir for what comes in while Redis is away, 1048576 or more",
    )


class RedisSettings(Section):
    """Queue, inbox, outbox, leases."""

    url: RedisUrl = Field(
        "",
        description="redis://host:6379/0, redis+sentinel://host:26379,host2:26379/mymaster/0, "
        'or "" for the embedded one',
    )
    appendfsync: Literal["everysec", "always"] = Field(
        "everysec", description='"everysec" or "always": when the embedded one has its log on the disk itself'
    )


class QdrantSettings(Section):
    """Vectors."""

    url: HttpUrl = Field("", description='http://host:6333, or "" for the embedded one')
    api_key: Secret | None = Field(None, description="the server's key, as env:NAME or file:PATH")
    collection: str = Field(
        "kefu", pattern=r"^[A-Za-z0-9_-]{1,64}$", description="1 to 64 letters, digits, _ and -"
    )


class DatabaseSettings(Section):
    """Records."""

    url: str = Field("", description='an SQLAlchemy address, or "" for SQLite in data_dir')


class ModelServerSettings(Section):
    """One of several servers of the chat model."""

    name: Name = Field(description=NAME_HELP)
    base_url: HttpUrl = Field(min_length=1, description="an OpenAI-compatible address with /v1")
    api_key: Secret | None = Field(None, description="the server's key, as env:NAME or file:PATH")
    max_in_flight: int = Field(0, ge=0, le=4096, description="calls at once, or 0 for model.max_in_flight")


class ModelSettings(Section):
    """The chat model."""

    base_url: HttpUrl = Field("", description='an OpenAI-compatible address with /v1, or "" for FAQ mode')
    api_key: Secret | None = Field(None, description="the server's key, as env:NAME or file:PATH")
    model: str = Field("", description="the model's name on that server")
    servers: list[ModelServerSettings] = Field(
        [], max_length=100, description="[[model.servers]] with name and base_url, in place of model.base_url"
    )
    max_in_flight: int = Field(
        64, ge=1, le=4096, description="a worker's calls at once to a server, at most: 1 to 4096"
    )
    read_load: Literal["near", "always", "never"] = Field(
        "near", description='"near", "always" or "never": whose /metrics tell how much to send'
    )
    priority: bool = Field(False, description="true when vLLM runs with --scheduling-policy priority")
    timeout_s: float = Field(30.0, gt=0, le=600, description="seconds for one answer, up to 600")
    context_tokens: int = Field(4096, ge=512, description="the model's context window in tokens, 512 or more")
    max_tokens: int = Field(512, ge=16, le=8192, description="tokens of an answer, 16 to 8192")
    short_tokens: int = Field(
        160, ge=0, le=8192, description="tokens of an answer while the model is slow, 0 for no such limit"
    )
    temperature: float = Field(0.3, ge=0, le=2, description="0 to 2")
    tool_calls: Literal["server", "text"] = Field(
        "server",
        description='"server" when it reads calls of tools (vLLM: --enable-auto-tool-choice), else "text"',
    )
    structured: Literal["off", "auto"] = Field(
        "off",
        description='"auto" to have the model say, in JSON, how sure it is and who should answer, or "off"',
    )
    hide_personal: bool = Field(
        False, description="true, if the model is to read placeholders for phones, addresses and the like"
    )
    summaries: bool = Field(
        True, description="true to have it sum up what is too long ago to be read again, or false"
    )
    sees: bool = Field(False, description="true when the model takes pictures, or false")
    serve: str = Field("", description="a model name or folder that `kefu up` should serve with vLLM")
    serve_command: list[str] = Field(
        ["vllm", "serve"], min_length=1, description='a command as a list, ["vllm", "serve"]'
    )
    serve_options: list[str] = Field([], description="more options of that command, as a list")
    serve_port: int = Field(8100, ge=1, le=65535, description="a free port, 1 to 65535")

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        """Else a model would be asked without a word of the knowledge, and nobody would know why it knows
        nothing."""
        if self.max_tokens > self.context_tokens // 2:
            raise ValueError("max_tokens is over half of context_tokens; leave room for rules and knowledge")
        return self

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        """An address that is written twice is a mistake somebody should hear of."""
        ways = {"base_url": self.base_url, "servers": self.servers, "serve": self.serve}
        named = [key for key, value in ways.items() if value]
        if len(named) > 1 and "servers" in named:
            raise ValueError(f"{' and '.join(named)} are both set; write one of them")
        names = [server.name for server in self.servers]
        if len(set(names)) < len(names):
            raise ValueError("two of the servers have one name; give each its own")
        return self

    @property
    def each(self) -> dict[str, Self]:
        """Each server's own settings, by the name that `kefu doctor` and `/readyz` call it."""
        if self.serve:
            base_url = f"http://127.0.0.1:{self.serve_port}/v1"
            model = self.model or self.serve
            return {"model": self.model_copy(update={"base_url": base_url, "model": model})}
        if self.base_url:
            return {"model": self}
        return {
            f"model.{server.name}": self.model_copy(
                update={
                    "base_url": server.base_url,
                    "api_key": server.api_key or self.api_key,
                    "max_in_flight": server.max_in_flight or self.max_in_flight,
                }
            )
            for server in self.servers
        }


class EmbeddingSettings(Section):
    """The embedding model."""

    base_url: HttpUrl = Field("", description='an OpenAI-compatible address with /v1, or "" for the bundled')
    api_key: Secret | None = Field(None, description="the server's key, as env:NAME or file:PATH")
    model: str = Field("", description="the model's name on that server")
    dimensions: int = Field(0, ge=0, le=8192, description="the vectors' length, or 0 for the model's own")
    query_instruction: str = Field("", description="what the model wants in front of a question")


class RerankSettings(Section):
    """The reranker."""

    base_url: HttpUrl = Field("", description='an address with /v1/rerank, up to its /v1, or "" for none')
    api_key: Secret | None = Field(None, description="the server's key, as env:NAME or file:PATH")
    model: str = Field("", description="the model's name on that server")
    timeout_s: float = Field(
        1.0, gt=0, le=30, description="seconds that a question waits for it, up to 30; then it goes without"
    )


class MediaSettings(Section):
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


class TranscriptionSettings(Section):
    """The server that writes down what customers speak."""

    base_url: HttpUrl = Field(
        "", description='an address with /v1/audio/transcriptions, up to its /v1, or "" for none'
    )
    api_key: Secret | None = Field(None, description="the server's key, as env:NAME or file:PATH")
    model: str = Field("", description="the model's name on that server")
    timeout_s: float = Field(20.0, gt=0, le=600, description="seconds for one voice message, up to 600")


class ModerationSettings(Section):
    """The server that judges what customers and models say."""

    base_url: HttpUrl = Field(
        "", description='an address with /v1/moderations, up to its /v1, or "" for none'
    )
    api_key: Secret | None = Field(None, description="the server's key, as env:NAME or file:PATH")
    model: str = Field("", description="the model's name on that server")
    timeout_s: float = Field(3.0, gt=0, le=60, description="seconds for one text, up to 60")
    on: list[Side] = Field(
        ["in", "out"], description='["in"] for what customers say, ["out"] for what models say, or both'
    )
    when_away: Literal["pass", "withhold"] = Field(
        "pass", description='"pass" or "withhold": what becomes of texts while it does not answer'
    )


class WorkerSettings(Section):
    """The worker processes."""

    concurrency: int = Field(
        0, ge=0, le=4096, description="turns in work at once, or 0 for as many as keep the model busy"
    )
    lease_s: float = Field(
        15.0, ge=1, le=600, description="seconds a dead worker holds its customers, 1 to 600"
    )
    stop_s: float = Field(20.0, ge=0, le=600, description="seconds to finish work after SIGTERM, 0 to 600")
    max_attempts: int = Field(5, ge=1, le=100, description="tries at an answer before an apology, 1 to 100")
    metrics_port: int = Field(0, ge=0, le=65535, description="a port for Prometheus, or 0 for none")


class AlertSettings(Section):
    """The group that is told of replies that could not be delivered: those who run Kefu."""

    webhook: SecretUrl | None = Field(
        None, description="the address of a WeCom or DingTalk group robot, as env:NAME or file:PATH"
    )
    webhook_secret: Secret | None = Field(
        None, description="the SEC… of a DingTalk robot that wants signatures, as env:NAME or file:PATH"
    )
    every_minutes: float = Field(
        5.0, ge=1, le=1440, description="minutes between two messages at least, 1 to 1440"
    )
