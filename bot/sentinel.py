"""The address of a Redis that Sentinels watch, and fail over.

redis+sentinel://[USER:PASSWORD@]HOST:PORT,HOST:PORT/SERVICE/DATABASE[?sentinel_username=…&sentinel_password=…]

With `rediss+sentinel://` the servers and the Sentinels are both spoken to over TLS; `ssl_ca_certs=FILE` names
who vouches for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

_SCHEMES: Final = ("redis+sentinel", "rediss+sentinel")
_PORT: Final = 26379
_OPTIONS: Final = {"sentinel_username", "sentinel_password", "ssl_ca_certs"}


@dataclass(frozen=True, slots=True)
class Sentinels:
    """Whom to ask, and for what."""

    hosts: tuple[tuple[str, int], ...]
    service: str
    """The master's name there."""
    database: int
    user: str
    """Of the master, as the password; percent-encoded, as in the address."""
    password: str
    tls: bool
    options: dict[str, str]

    @classmethod
    def parse(cls, url: str) -> Self | None:
        """None: it is an address of another kind. Raises ValueError, and shows nothing of it."""
        if not url.startswith(tuple(f"{scheme}://" for scheme in _SCHEMES)):
            return None
        try:
            return cls._parse(url)
        except ValueError:
            raise ValueError("is not of the right form") from None

    @classmethod
    def _parse(cls, url: str) -> Self:
        parts = urlsplit(url)
        login, _, places = parts.netloc.rpartition("@")
        user, _, password = login.partition(":")
        service, _, database = parts.path.strip("/").partition("/")
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        if not places or not service or not (database or "0").isdecimal() or options.keys() - _OPTIONS:
            raise ValueError
        hosts = tuple(map(_host, places.split(",")))
        tls = parts.scheme.startswith("rediss")
        return cls(hosts, service, int(database or 0), user, password, tls, options)

    @property
    def of_server(self) -> dict[str, Any]:
        """How redis-py connects to the master."""
        login = {"username": unquote(self.user) or None, "password": unquote(self.password) or None}
        return {"db": self.database, **login, **self._tls}

    @property
    def of_sentinels(self) -> dict[str, Any]:
        """How redis-py connects to each Sentinel. One that is dead must not keep us from the next."""
        login = {name: self.options.get(f"sentinel_{name}") for name in ("username", "password")}
        return {"socket_timeout": 1.0, "socket_connect_timeout": 1.0, **login, **self._tls}

    @property
    def for_kombu(self) -> str:
        """Kombu's spelling; the service's name goes with the transport's options."""
        login = f"{self.user}:{self.password}@" if self.user or self.password else ""
        return ";".join(
            f"sentinel://{login}{quote(host, safe='[]:')}:{port}/{self.database}" for host, port in self.hosts
        )

    @property
    def certificates(self) -> dict[str, Any] | None:
        """What Celery wants to know for TLS; None: there is none."""
        if not self.tls:
            return None
        return {name: value for name, value in self._tls.items() if name != "ssl"}

    @property
    def _tls(self) -> dict[str, Any]:
        if not self.tls:
            return {}
        authorities = {name: value for name, value in self.options.items() if name == "ssl_ca_certs"}
        return {"ssl": True, "ssl_cert_reqs": "required", **authorities}


def _host(place: str) -> tuple[str, int]:
    parts = urlsplit(f"//{place}")
    if not parts.hostname:
        raise ValueError
    return parts.hostname, parts.port or _PORT
