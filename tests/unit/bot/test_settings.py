"""A configuration is read once, and all that is wrong with it is told at once, with the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Misconfigured
from bot.settings import DingTalkSettings, DingTalkStreamSettings, Settings, WeComSettings, load
from tests.builders import a_tenant
from tests.simulators.shop import TOOLS

AES_KEY = "a" * 43
GOOD = f"""
[[tenants]]
name = "shop-a"
knowledge = ["faq.csv"]

[[channels]]
name = "shop-a-wecom"
kind = "wecom"
tenant = "shop-a"
corp_id = "ww1"
agent_id = 1000002
secret = "env:WECOM_SECRET"
token = "file:token.txt"
encoding_aes_key = "{AES_KEY}"

[[channels]]
name = "ding"
kind = "dingtalk"
tenant = "shop-a"
client_id = "dingabc"
client_secret = "s"
"""


SERVERS = """
[model]
model = "qwen"

[[model.servers]]
name = "a"
base_url = "http://a:8000/v1"

[[model.servers]]
name = "b"
base_url = "http://b:8000/v1"
"""


def read(folder: Path, text: str, **environ: str) -> Settings:
    (folder / "token.txt").write_text("the-token\n")
    (folder / "kefu.toml").write_text(text)
    return load(folder / "kefu.toml", {"WECOM_SECRET": "from-the-environment", **environ})


def problems(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(Misconfigured) as caught:
        read(folder, text, **environ)
    return caught.value.problems


def test_secrets_are_found_where_the_references_point(tmp_path: Path) -> None:
    wecom = read(tmp_path, GOOD).channels[0]

    assert isinstance(wecom, WeComSettings)
    assert wecom.secret.get_secret_value() == "from-the-environment"
    assert wecom.token.get_secret_value() == "the-token"


def test_several_model_servers_are_named_and_overridden_by_name(tmp_path: Path) -> None:
    text = GOOD + SERVERS

    settings = read(tmp_path, text, KEFU_MODEL__SERVERS__B__MAX_IN_FLIGHT="5")

    assert [(name, own.base_url, own.max_in_flight) for name, own in settings.model.each.items()] == [
        ("model.a", "http://a:8000/v1", 64),
        ("model.b", "http://b:8000/v1", 5),
    ]


def test_a_model_server_without_an_address_or_with_two_ways_to_it_is_told(tmp_path: Path) -> None:
    both = SERVERS.replace("[model]", '[model]\nbase_url = "http://c:8000/v1"')
    assert problems(tmp_path, GOOD + both) == ["model: base_url and servers are both set; write one of them"]
    (twice,) = problems(tmp_path, GOOD + SERVERS.replace('"b"', '"a"'))
    assert twice == "model: two of the servers have one name; give each its own"
    (nowhere,) = problems(tmp_path, GOOD + SERVERS.replace('base_url = "http://b:8000/v1"', ""))
    assert nowhere.startswith("model.servers.b.base_url: is missing; write an OpenAI-compatible address")


def test_a_secret_never_shows_in_print(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD)

    assert "from-the-environment" not in repr(settings)
    assert "the-token" not in str(settings)


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD)

    assert settings.data_dir == tmp_path / "data"
    assert settings.tenants[0].knowledge == [tmp_path / "faq.csv"]


def test_the_environment_overrides_any_value(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        GOOD,
        KEFU_SERVER__PORT="9090",
        KEFU_DATA_DIR="elsewhere",
        KEFU_MODEL__SERVE_OPTIONS='["--max-model-len", "4096"]',
        KEFU_TENANTS__SHOP_A__TITLE="青禾服饰",
        KEFU_CHANNELS__SHOP_A_WECOM__API_BASE="http://127.0.0.1:1/",
        KEFU_CHANNELS__DING__CLIENT_ID="other",
    )

    assert settings.server.port == 9090
    assert settings.data_dir == tmp_path / "elsewhere"
    assert settings.model.serve_options == ["--max-model-len", "4096"]
    assert settings.tenants[0].title == "青禾服饰"
    wecom, ding = settings.channels
    assert isinstance(wecom, WeComSettings)
    assert wecom.api_base == "http://127.0.0.1:1"
    assert isinstance(ding, DingTalkSettings)
    assert ding.client_id == "other"


def test_five_mistakes_are_five_lines_each_with_its_key_and_the_mend(tmp_path: Path) -> None:
    text = (
        GOOD.replace("agent_id = 1000002", 'agent_id = "abc"')
        .replace(AES_KEY, "too-short")
        .replace("env:WECOM_SECRET", "env:NOT_SET")
        .replace('client_id = "dingabc"', "")
        + "\n[model]\nbase_uri = 'http://127.0.0.1:8000/v1'\n"
    )

    lines = problems(tmp_path, text)

    assert len(lines) == 5
    assert {line.split(":")[0] for line in lines} == {
        "channels.shop-a-wecom.agent_id",
        "channels.shop-a-wecom.encoding_aes_key",
        "channels.shop-a-wecom.secret",
        "channels.ding.client_id",
        "model.base_uri",
    }
    assert all("write" in line or "did you mean base_url?" in line for line in lines)


def test_a_robot_in_stream_mode_needs_one_more_word_at_most(tmp_path: Path) -> None:
    text = GOOD.replace('kind = "dingtalk"', 'kind = "dingtalk-stream"')

    _, plain = read(tmp_path, text).channels
    _, broad = read(tmp_path, text + "connections = 8\n").channels

    assert isinstance(plain, DingTalkStreamSettings)
    assert isinstance(broad, DingTalkStreamSettings)
    assert (plain.client_id, plain.connections, broad.connections) == ("dingabc", 1, 8)


PEOPLE = """
[[tenants]]
name = "shop"
[tenants.people]
hours = ["mon-fri 09:00-18:00", "sat 10:00-16:00"]
holidays = ["2026-10-01", 2026-10-02]
webhook = "env:HOOK"
"""


def test_people_are_configured_by_their_table(tmp_path: Path) -> None:
    (tmp_path / "kefu.toml").write_text(PEOPLE, encoding="utf-8")

    people = load(tmp_path / "kefu.toml", {"HOOK": "https://example.com/hook"}).tenant("shop").people

    assert people
    assert (people.timezone, people.timeout_minutes, people.show_words) == ("Asia/Shanghai", 30, False)
    assert [day.day for day in people.holidays] == [1, 2]
    assert people.webhook
    assert "example" not in repr(people)


def test_a_tenant_without_the_table_has_no_people(tmp_path: Path) -> None:
    (tmp_path / "kefu.toml").write_text('[[tenants]]\nname = "shop"\n', encoding="utf-8")

    assert load(tmp_path / "kefu.toml", {}).tenant("shop").people is None


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("mon-fri 09", "mo-fr 09", "people.hours[0]: mo-fr is no day of the week; write when they are there"),
        ("10:00-16:00", "10:00-10:00", "people.hours[1]: must begin and end at different times; write"),
        ("2026-10-02", '"1st of May"', "people.holidays[1]: "),
        (
            "webhook =",
            "timezone = 'Asia'\nwebhook =",
            "people.timezone: is no time zone that this system knows",
        ),
        ("webhook =", "timezone = 'Mars/X'\nwebhook =", "people.timezone: is no time zone that this system"),
        ("webhook =", "timezone = '../x'\nwebhook =", "people.timezone: is no time zone that this system"),
        ("env:HOOK", "env:NAUGHT", "people.webhook: the environment variable NAUGHT is not set"),
        ("env:HOOK", "ftp://x", "people.webhook: must start with http:// or https://; write the address"),
        ("webhook =", "timeout_minutes = 0\nwebhook =", "people.timeout_minutes: input should be greater"),
        ("webhook =", "webhok =", "people.webhok: unknown key; did you mean webhook?"),
    ],
)
def test_each_mistake_about_people_has_its_line(tmp_path: Path, before: str, after: str, line: str) -> None:
    (tmp_path / "kefu.toml").write_text(PEOPLE.replace(before, after, 1), encoding="utf-8")

    with pytest.raises(Misconfigured) as raised:
        load(tmp_path / "kefu.toml", {"HOOK": "https://example.com/hook"})

    (problem,) = raised.value.problems
    assert f"tenants.shop.{line}" in problem


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (
            'kind = "dingtalk"',
            'kind = "dingtalk-stream"\nconnections = 9',
            "channels.ding.connections: input should be less than or equal to 8; write connections to hold open",
        ),
        (
            'kind = "dingtalk"',
            'kind = "dingtalk"\nconnections = 2',
            "channels.ding.connections: unknown key; known here: ",
        ),
        (
            'kind = "dingtalk"',
            'kind = "dingtalk"\ntoken = "abc"',
            "channels.ding: token and encoding_aes_key go together; write both, or neither for no events",
        ),
        (
            'kind = "dingtalk"',
            'kind = "dingtalk"\ncard_updates = 101',
            "channels.ding.card_updates: input should be less than or equal to 100; write how often one card",
        ),
        ('kind = "wecom"', "", "channels.shop-a-wecom.kind: is missing"),
        ('kind = "wecom"', 'kind = "qq"', "channels.shop-a-wecom.kind: is no kind of channel; write one of"),
        (
            'tenant = "shop-a"\ncorp_id',
            'tenant = "b"\ncorp_id',
            "there is no tenant of this name; write one of shop-a",
        ),
        ('name = "ding"', 'name = "shop-a-wecom"', "channels.shop-a-wecom: the name is used twice"),
        ('name = "ding"', 'name = "Ding:1"', "channels.Ding:1.name: is not of the right form; write 1 to 40"),
        ("file:token.txt", "file:missing.txt", "missing.txt can't be read"),
        ("[[tenants]]", "colour = 1\n[[tenants]]", "colour: unknown key; known here: "),
        ("[[tenants]]", "[server]\nport = 0\n[[tenants]]", "server.port: "),
        (
            "[[tenants]]",
            "[server]\nport = 'x'\n[[tenants]]",
            "server.port: must be a whole number; write a free port",
        ),
        (
            'kind = "dingtalk"\ntenant = "shop-a"\nclient_id = "dingabc"\nclient_secret = "s"',
            'kind = "webchat"\ntenant = "shop-a"\nidentity_key = "too short"',
            "channels.ding.identity_key: must be 32 characters or more; write 32 or more characters",
        ),
        (
            "[[channels]]",
            "[tenants.limits]\nwhile_answering = 'queue'\n[[channels]]",
            "tenants.shop-a.limits.while_answering: input should be 'wait' or 'join'; write \"wait\", or",
        ),
        ("[[tenants]]", "model = 3\n[[tenants]]", "model: must be a table"),
        ("[[tenants]]", "[model]\nbase_url = 'http://'\n[[tenants]]", "model.base_url: names no host"),
        ("[[tenants]]", "[model]\nbase_url = 'http://[::1'\n[[tenants]]", "model.base_url: names no host"),
        ("[[tenants]]", "[model]\nbase_url = 'http://a:x'\n[[tenants]]", "model.base_url: names no host"),
        ("[[tenants]]", "[model]\ncontext_tokens = 512\n[[tenants]]", "model: max_tokens is over half of"),
        ('client_secret = "s"', 'client_secret = ""', "channels.ding.client_secret: is empty; write"),
        ("file:token.txt", " ", "channels.shop-a-wecom.token: is empty; write the Token of"),
        (
            'kind = "dingtalk"\ntenant = "shop-a"\nclient_id = "dingabc"\nclient_secret = "s"',
            'kind = "webchat"\ntenant = "shop-a"\nsession_key = "too short"',
            "channels.ding.session_key: must be 32 characters or more; write 32 or more random characters",
        ),
        ("[[tenants]]", "[[tenants]\n", "is not valid TOML"),
        (
            "[[tenants]]",
            "[model]\nbase_url='ftp://x'\n[[tenants]]",
            "model.base_url: must start with http://",
        ),
    ],
)
def test_each_mistake_has_its_line(tmp_path: Path, before: str, after: str, line: str) -> None:
    lines = problems(tmp_path, GOOD.replace(before, after, 1))

    assert any(line in problem for problem in lines), lines


@pytest.mark.parametrize(("while_answering", "seconds"), [("wait", 60), ("join", 122)])
def test_a_turn_has_time_for_the_answer_that_is_begun_anew(while_answering: str, seconds: float) -> None:
    limits = a_tenant(limits={"while_answering": while_answering, "quiet_most_ms": 2000}).limits

    assert limits.turn_s == seconds


def test_a_variable_that_names_nothing_is_a_mistake_too(tmp_path: Path) -> None:
    lines = problems(tmp_path, GOOD, KEFU_NO__SUCH="1", KEFU_CHANNELS__NOBODY__TOKEN="x")

    assert [line.split(":")[0] for line in lines] == ["KEFU_CHANNELS__NOBODY__TOKEN", "KEFU_NO__SUCH"]


@pytest.mark.parametrize("service", ["KEFU", "KEFU_GATEWAY", "KEFU_SERVER"])
def test_what_kubernetes_tells_of_a_service_called_kefu_is_no_setting(tmp_path: Path, service: str) -> None:
    told = {
        "SERVICE_HOST": "10.0.0.11",
        "SERVICE_PORT": "8080",
        "SERVICE_PORT_HTTP": "8080",
        "PORT": "tcp://10.0.0.11:8080",
        "PORT_8080_TCP": "tcp://10.0.0.11:8080",
        "PORT_8080_TCP_PROTO": "tcp",
        "PORT_8080_TCP_PORT": "8080",
        "PORT_8080_TCP_ADDR": "10.0.0.11",
    }

    settings = read(tmp_path, GOOD, **{f"{service}_{name}": value for name, value in told.items()})

    assert settings == read(tmp_path, GOOD)


def test_a_setting_that_only_looks_like_it_is_told(tmp_path: Path) -> None:
    lines = problems(tmp_path, GOOD, KEFU_SERVER_PORT="9090", KEFU_SERVICE_HOST="kefu.example.com")

    assert [line.split(":")[0] for line in lines] == ["KEFU_SERVER_PORT", "KEFU_SERVICE_HOST"]


@pytest.mark.parametrize("name", ["KEFU_WECOM_SECRET", "KEFU_SECRET", "KEFU_SHOP__SECRET"])
def test_a_variable_that_a_value_refers_to_may_have_any_name(tmp_path: Path, name: str) -> None:
    refers = GOOD.replace("env:WECOM_SECRET", f"env:{name}")

    wecom = read(tmp_path, refers, **{name: "s3cret"}).channels[0]
    override = read(tmp_path, GOOD, KEFU_CHANNELS__DING__CLIENT_SECRET=f"env:{name}", **{name: "s3cret"})

    assert isinstance(wecom, WeComSettings)
    assert wecom.secret.get_secret_value() == "s3cret"
    assert isinstance(override.channels[1], DingTalkSettings)
    assert override.channels[1].client_secret.get_secret_value() == "s3cret"
    assert problems(tmp_path, GOOD, **{name: "s3cret"}) == [
        f"{name}: names no setting, and nothing says env:{name}; write KEFU_SECTION__KEY, or unset it"
    ]


def test_no_file_and_no_tenants_are_told_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="there is no such file; write it"):
        load(tmp_path / "absent.toml", {})
    assert problems(tmp_path, "") == ['tenants: is missing; write [[tenants]] with name = "my-shop"']


def test_a_tool_is_read_with_its_secret_and_the_environment_over_it(tmp_path: Path) -> None:
    text = TOOLS.read_text(encoding="utf-8").replace('"env:SHOP_AUTHORIZATION"', '"file:token.txt"')

    settings = read(
        tmp_path,
        GOOD.replace("\n[[channels]]", f"\n{text}\n[[channels]]", 1),
        KEFU_TENANTS__SHOP_A__TOOLS__STOCK__TIMEOUT_S="2",
    )

    order, stock, *_ = settings.tenant("shop-a").tools
    assert order.headers["Authorization"].get_secret_value() == "the-token"
    assert stock.timeout_s == 2


def test_a_tool_for_a_door_that_there_is_not_is_told_with_its_key(tmp_path: Path) -> None:
    tool = '\n[[tenants.tools]]\nname = "a"\ndescription = "b"\nurl = "http://c"\nchannels = ["dong"]\n'

    assert problems(tmp_path, GOOD.replace("\n[[channels]]", f"{tool}\n[[channels]]", 1)) == [
        "tenants.shop-a.tools.a.channels: dong is no channel of this tenant; write some of shop-a-wecom, ding"
    ]


def test_a_mistake_in_a_tool_has_its_line(tmp_path: Path) -> None:
    tool = '\n[[tenants.tools]]\nname = "a"\nurl = "http://{b}/"\nheaders = { Key = "env:NOT_THERE" }\n'

    assert problems(tmp_path, GOOD.replace("\n[[channels]]", f"{tool}\n[[channels]]", 1)) == [
        "tenants.shop-a.tools.a.description: is missing; "
        "write when to use it, for the model, up to 500 characters",
        "tenants.shop-a.tools.a.url: must name its host in full, without placeholders or a password; "
        'write an address, "https://api.shop.example/orders/{order}"',
        "tenants.shop-a.tools.a.headers.Key: the environment variable NOT_THERE is not set",
    ]


def test_a_shop_may_have_words_of_its_own(tmp_path: Path) -> None:
    words = '[tenants.words]\n"七天无理由" = ["7天退换"]\n'

    settings = read(tmp_path, GOOD.replace("[[channels]]", f"{words}\n[[channels]]", 1))

    assert settings.tenant("shop-a").words == {"七天无理由": ["7天退换"]}


def test_a_word_of_one_character_is_refused_as_it_stands_in_others(tmp_path: Path) -> None:
    words = '[tenants.words]\n"退货" = ["退"]\n'

    assert problems(tmp_path, GOOD.replace("[[channels]]", f"{words}\n[[channels]]", 1)) == [
        "tenants.shop-a.words.退货[0]: must have 2 to 50 characters"
    ]


OWN = """
[[tenants.intents]]
name = "visit"
examples = ["我想到店看看", "能去门店吗", "到店试穿"]
reply = "欢迎到店。"

[[tenants.intents]]
name = "thanks"
reply = "应该的！"
"""


def test_a_shop_may_have_intents_of_its_own_and_own_words_for_small_talk(tmp_path: Path) -> None:
    visit, thanks = (
        read(tmp_path, GOOD.replace("\n[[channels]]", f"{OWN}\n[[channels]]", 1)).tenant("shop-a").intents
    )

    assert (visit.name, visit.action, len(visit.examples)) == ("visit", "reply", 3)
    assert (thanks.reply, thanks.examples) == ("应该的！", [])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"我想到店看看", ', "", "write at least 3 examples"),
        ('reply = "欢迎到店。"\n', "", 'action = "reply" needs a reply'),
        ('reply = "欢迎到店。"', 'action = "tool"', 'action = "tool" and tool go together'),
        (
            'reply = "欢迎到店。"',
            'action = "tool"\ntool = "no"',
            "an intent's tool no must be one of its tools",
        ),
        ('name = "thanks"', 'name = "complaint"', "complaint takes examples only"),
        ('name = "thanks"', 'name = "visit"\nexamples = ["a", "b", "c"]', "two of its intents have one name"),
    ],
)
def test_each_mistake_in_an_intent_is_told(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in OWN
    wrong = OWN.replace(before, after)

    (line,) = problems(tmp_path, GOOD.replace("\n[[channels]]", f"{wrong}\n[[channels]]", 1))

    assert told in line
