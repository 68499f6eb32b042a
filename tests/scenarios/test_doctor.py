"""`kefu doctor` finds what is wrong, a line each."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.house import House, free_port
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.platform import Trouble
from tests.simulators.wecom import WeComSimulator
from workers.cli import app

pytestmark = pytest.mark.processes


async def findings(house: House) -> tuple[int, list[str]]:
    result = await asyncio.to_thread(house.tell, "doctor")
    assert result.stderr == ""
    return result.returncode, result.stdout.splitlines()


def wrong(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("wrong")]


async def test_a_healthy_house_is_healthy(house: House) -> None:
    code, lines = await findings(house)

    assert wrong(lines) == []
    assert code == 0


async def test_what_is_not_tried_is_named_all_the_same(house: House) -> None:
    site = {"name": "help", "sitemap": "https://shop.example/sitemap.xml?key=s3cret"}
    feed = {"name": "stock", "url": "https://till.example/items?key=s3cret"}
    house.environment |= {
        "KEFU_TENANTS__SHOP__SITES": json.dumps([site]),
        "KEFU_TENANTS__SHOP__FEEDS": json.dumps([feed]),
    }

    code, lines = await findings(house)

    said = "\n".join(lines)
    assert code == 0
    assert "tenants.shop.help: shop.example; `kefu knowledge import --from help" in said
    assert "tenants.shop.stock: till.example; " in said
    assert "alerts: none configured" in said
    assert "channels.web: could send now; without session_key" in said
    assert "s3cret" not in said


async def test_a_bot_that_calls_nobody_has_nothing_to_reach(house: House) -> None:
    _, lines = await findings(house)

    (line,) = [line for line in lines if "channels.bot:" in line]
    assert "nothing to reach" in line


async def test_a_simulated_platform_that_nobody_plays_is_off_and_nothing_is_wrong(house: House) -> None:
    """As in the demo, whose platforms make room for `kefu simulate`."""
    house.environment |= {
        f"KEFU_CHANNELS__{name}__API_BASE": f"http://127.0.0.1:{free_port()}"
        for name in ("WECOM", "DING", "BOT")
    }

    code, lines = await findings(house)

    off = [line for line in lines if line.startswith("off")]
    assert (code, wrong(lines), len(off)) == (0, [], 3)
    assert any("`kefu simulate dingtalk --channel ding` plays the platform" in line for line in off)


async def test_each_fault_is_one_line_with_its_mend(house: House) -> None:
    house.environment |= {
        "KEFU_MODEL__BASE_URL": "http://127.0.0.1:9/v1",
        "KEFU_MODEL__MODEL": "qwen",
        "KEFU_TRANSCRIPTION__BASE_URL": "http://127.0.0.1:9/v1",
        "KEFU_MODERATION__BASE_URL": "http://127.0.0.1:9/v1",
        "KEFU_CHANNELS__WECOM__SECRET": "not-the-secret",
        "KEFU_CHANNELS__DING__CLIENT_SECRET": "not-the-secret",
        "KEFU_TENANTS__SHOP__KNOWLEDGE": '["no-such-folder"]',
        "KEFU_REDIS__URL": "redis://127.0.0.1:9/0",
        "KEFU_QDRANT__URL": "http://127.0.0.1:9",
    }

    code, lines = await findings(house)

    assert code == 1
    assert [line.split(":")[0].removeprefix("wrong ") for line in wrong(lines)] == [
        "tenants.shop.knowledge",
        "redis.url",
        "model.base_url",
        "transcription.base_url",
        "moderation.base_url",
        "qdrant.url",
        "channels.wecom",
        "channels.ding",
    ]
    assert all(";" in line for line in wrong(lines)), "each says what to do"
    assert not any("not-the-secret" in line for line in lines)


async def test_an_address_the_platform_does_not_trust_is_found(house: House, wecom: WeComSimulator) -> None:
    wecom.trusts_caller = False

    _, lines = await findings(house)

    (line,) = wrong(lines)
    assert line.startswith("wrong channels.wecom:")


async def test_an_evicting_redis_is_found(house: House) -> None:
    await house.start("valkey")
    async with house.stores() as stores:
        await stores.client.config_set("maxmemory-policy", "allkeys-lru")

    _, lines = await findings(house)

    (line,) = wrong(lines)
    assert "evicts keys (allkeys-lru)" in line


async def test_a_model_server_without_our_model_is_found(house: House, dingtalk: DingTalkSimulator) -> None:
    dingtalk.trouble("/v1/models", Trouble(body={"object": "list", "data": []}), times=3)
    house.environment |= {"KEFU_MODEL__BASE_URL": f"{dingtalk.base_url}/v1", "KEFU_MODEL__MODEL": "qwen"}

    _, lines = await findings(house)

    assert "the server has no model 'qwen'" in wrong(lines)[0]


async def test_each_of_several_model_servers_is_looked_at(house: House, dingtalk: DingTalkSimulator) -> None:
    served = {"object": "list", "data": [{"id": "qwen", "object": "model"}]}
    dingtalk.trouble("/v1/models", Trouble(body=served), times=1)
    servers = [
        {"name": "a", "base_url": f"{dingtalk.base_url}/v1"},
        {"name": "b", "base_url": "http://127.0.0.1:9/v1"},
    ]
    house.environment |= {"KEFU_MODEL__SERVERS": json.dumps(servers), "KEFU_MODEL__MODEL": "qwen"}

    _, lines = await findings(house)

    (line,) = wrong(lines)
    assert "model.b.base_url" in line
    assert "can't be reached" in line
    assert any("model.a.base_url" in line for line in lines)


def test_five_mistakes_print_five_lines(tmp_path: Path) -> None:
    house = House(tmp_path, 1, {})
    house.config.write_text(
        """
[server]
port = 99999
[model]
base_uri = "http://127.0.0.1:8000/v1"
[[tenants]]
name = "Shop A"
[[channels]]
name = "w"
kind = "wecom"
tenant = "shop-b"
corp_id = "ww1"
agent_id = 1
secret = "env:NOT_SET"
token = "t"
encoding_aes_key = "0123456789012345678901234567890123456789012"
""",
        encoding="utf-8",
    )

    for command in ("doctor", "up", "gateway", "worker"):
        result = house.tell(command)
        assert result.returncode == 1
        assert len(result.stderr.splitlines()) == 5
        assert [line.split(":")[0] for line in sorted(result.stderr.splitlines())] == [
            "channels.w.secret",
            "channels.w.tenant",
            "model.base_uri",
            "server.port",
            "tenants.Shop A.name",
        ]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "up",
        "gateway",
        "worker",
        "ask",
        "doctor",
        "simulate",
        "knowledge",
        "knowledge import",
        "knowledge search",
        "knowledge versions",
        "knowledge rollback",
        "knowledge snapshot",
        "knowledge restore",
    ],
)
def test_every_command_has_help(words: str) -> None:
    result = CliRunner().invoke(app, [*words.split(), "--help"])

    assert result.exit_code == 0
    assert "Usage" in result.output


def test_a_command_that_is_none_is_a_usage_error() -> None:
    assert CliRunner().invoke(app, ["no-such-command"]).exit_code == 2
