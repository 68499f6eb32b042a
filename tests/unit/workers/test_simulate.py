"""`kefu simulate` says what is missing before it opens a chat."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.settings import load
from tests.house import free_port
from workers.cli import app

SHOP = '[[tenants]]\nname = "shop"\n'
WECOM = """
[[channels]]
name = "NAME"
kind = "wecom"
tenant = "shop"
API_BASE
corp_id = "ww1"
agent_id = 1
secret = "s"
token = "t"
encoding_aes_key = "0123456789012345678901234567890123456789012"
"""
KINDS = ["wecom", "wecom-kf", "wecom-bot", "dingtalk", "dingtalk-stream"]


def wecom(name: str, api_base: str = "") -> str:
    return WECOM.replace("NAME", name).replace("API_BASE", f'api_base = "{api_base}"' if api_base else "")


def simulate(folder: Path, config: str, *arguments: str) -> Result:
    path = folder / "kefu.toml"
    path.write_text(config, encoding="utf-8")
    return CliRunner().invoke(app, ["simulate", *arguments, "--config", str(path)])


@pytest.mark.parametrize("kind", KINDS)
def test_a_channel_that_is_missing_is_written_out_ready_to_use(tmp_path: Path, kind: str) -> None:
    missing = simulate(tmp_path, SHOP, kind, "--port", "9321")
    block = missing.stderr[missing.stderr.index("[[channels]]") :]
    (tmp_path / "kefu.toml").write_text(SHOP + block, encoding="utf-8")
    (channel,) = load(tmp_path / "kefu.toml", {}).channels

    assert missing.exit_code == 1
    assert f"has no channel of kind {kind}; add this" in missing.stderr
    assert (channel.kind, channel.name) == (kind, f"try-{kind}")
    assert 'api_base = "http://127.0.0.1:9321"' in block


def test_the_real_platform_is_not_played(tmp_path: Path) -> None:
    result = simulate(tmp_path, SHOP + wecom("mine"), "wecom")

    assert result.exit_code == 1
    assert result.stderr == (
        "channels.mine.api_base: names https://qyapi.weixin.qq.com, where no simulator can listen; "
        'set api_base = "http://127.0.0.1:9101" and start Kefu again\n'
    )


def test_a_port_that_kefu_does_not_call_is_told(tmp_path: Path) -> None:
    result = simulate(tmp_path, SHOP + wecom("mine", "http://127.0.0.1:9101"), "wecom", "--port", "9102")

    assert result.exit_code == 1
    assert 'set api_base = "http://127.0.0.1:9102"' in result.stderr


@pytest.mark.parametrize("chosen", [(), ("--channel", "c"), ("--channel", "web")])
def test_of_several_channels_one_must_be_named(tmp_path: Path, chosen: tuple[str, ...]) -> None:
    web = '\n[[channels]]\nname = "web"\nkind = "webchat"\ntenant = "shop"\n'

    result = simulate(tmp_path, SHOP + wecom("a") + wecom("b") + web, "wecom", *chosen)

    assert (result.exit_code, result.stderr) == (1, "--channel: write one of a, b\n")


def test_the_channel_named_is_the_one(tmp_path: Path) -> None:
    result = simulate(tmp_path, SHOP + wecom("a") + wecom("b"), "wecom", "--channel", "b")

    assert result.stderr.startswith("channels.b.api_base")


def test_without_a_running_kefu_there_is_nobody_to_talk_to(tmp_path: Path) -> None:
    port = free_port()
    server = f'[server]\nhost = "0.0.0.0"\nport = {port}\n'

    result = simulate(tmp_path, server + SHOP + wecom("a", "http://127.0.0.1:9101"), "wecom")

    assert result.exit_code == 1
    assert result.stderr == (
        f"http://127.0.0.1:{port}/healthz: no Kefu answers there; "
        "start it with `kefu up` and this configuration\n"
    )


def test_outside_a_checkout_it_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tests.simulators.terminal", None)

    result = simulate(tmp_path, SHOP, "wecom")

    assert result.exit_code == 1
    assert "from a checkout of Kefu's repository" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [("webchat",), ("wecom", "--customer", "张 三"), ("wecom", "--port", "0"), ("wecom", "--wait", "0")],
)
def test_a_wrong_word_is_a_usage_error(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert simulate(tmp_path, SHOP, *arguments).exit_code == 2
