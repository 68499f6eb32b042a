"""The address of a Redis that Sentinels watch, and what redis-py and Celery make of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis.asyncio.sentinel import SentinelConnectionPool, SentinelManagedSSLConnection

from bot.broker import make_app
from bot.errors import Misconfigured
from bot.sentinel import Sentinels
from bot.settings import load
from bot.store.redis import connect
from tests.builders import SHOP

PLAIN = "redis+sentinel://one:26379,two/mymaster/3"
WHOLE = (
    "rediss+sentinel://bot:p%40ss@one:26380,two:26381/mymaster/1"
    "?sentinel_username=s&sentinel_password=t&ssl_ca_certs=/etc/ca.pem"
)


def test_hosts_service_and_database_are_read() -> None:
    sentinels = Sentinels.parse(PLAIN)

    assert sentinels is not None
    assert sentinels.hosts == (("one", 26379), ("two", 26379))
    assert sentinels.service == "mymaster"
    assert sentinels.of_server == {"db": 3, "username": None, "password": None}
    assert sentinels.certificates is None


def test_logins_and_certificates_go_where_they_belong() -> None:
    sentinels = Sentinels.parse(WHOLE)

    assert sentinels is not None
    trust = {"ssl": True, "ssl_cert_reqs": "required", "ssl_ca_certs": "/etc/ca.pem"}
    assert sentinels.of_server == {"db": 1, "username": "bot", "password": "p@ss", **trust}
    assert sentinels.of_sentinels.items() >= {"username": "s", "password": "t", **trust}.items()
    assert sentinels.certificates == {"ssl_cert_reqs": "required", "ssl_ca_certs": "/etc/ca.pem"}


@pytest.mark.parametrize("url", ["redis://host:6379/0", "rediss://host", "unix:///run/redis.sock", ""])
def test_other_addresses_are_none_of_ours(url: str) -> None:
    assert Sentinels.parse(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://",
        "redis+sentinel://one:26379",
        "redis+sentinel:///mymaster/0",
        "redis+sentinel://one:hunter2/mymaster/0",
        "redis+sentinel://one/mymaster/hunter2",
        "redis+sentinel://one/mymaster/0?hunter2=1",
        "redis+sentinel://one,/mymaster/0",
    ],
)
def test_what_can_not_be_read_is_told_without_showing_it(url: str) -> None:
    with pytest.raises(ValueError, match="is not of the right form"):
        Sentinels.parse(url)


def test_a_wrong_address_is_told_with_its_key_and_what_to_write(tmp_path: Path) -> None:
    environ = {"KEFU_REDIS__URL": "redis+sentinel://:hunter2@one"}
    file = tmp_path / "kefu.toml"
    file.write_text(f'[[tenants]]\nname = "{SHOP}"\n', encoding="utf-8")

    with pytest.raises(Misconfigured, match=r"redis\.url: .*redis\+sentinel://host") as told:
        load(file, environ)
    assert "hunter2" not in str(told.value)


async def test_our_client_asks_the_sentinels_who_is_the_master() -> None:
    client = connect(WHOLE)
    pool = client.connection_pool

    assert isinstance(pool, SentinelConnectionPool)
    assert pool.service_name == "mymaster"
    assert pool.connection_class is SentinelManagedSSLConnection
    asked = [sentinel.connection_pool.connection_kwargs for sentinel in pool.sentinel_manager.sentinels]
    assert [(one["host"], one["port"]) for one in asked] == [("one", 26380), ("two", 26381)]
    assert {one["password"] for one in asked} == {"t"}
    await client.aclose()


def test_celery_asks_the_same_ones() -> None:
    app = make_app(WHOLE)

    assert app.conf.broker_url == "sentinel://bot:p%40ss@one:26380/1;sentinel://bot:p%40ss@two:26381/1"
    assert app.conf.result_backend == app.conf.broker_url
    for options in (app.conf.broker_transport_options, app.conf.result_backend_transport_options):
        assert options["master_name"] == "mymaster"
        assert options["sentinel_kwargs"]["password"] == "t"
    assert app.conf.broker_use_ssl == {"ssl_cert_reqs": "required", "ssl_ca_certs": "/etc/ca.pem"}


def test_celery_on_a_single_redis_knows_of_no_sentinels() -> None:
    app = make_app("redis://host:6379/0")

    assert app.conf.broker_url == "redis://host:6379/0"
    assert "master_name" not in app.conf.broker_transport_options
    assert app.conf.broker_use_ssl is None
