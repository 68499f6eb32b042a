"""A message may name any address for its reply; only DingTalk's own are called."""

from __future__ import annotations

import pytest

from adapters.dingtalk.webhook import is_trusted

DINGTALK = "https://api.dingtalk.com"
SIMULATOR = "http://127.0.0.1:9001"


@pytest.mark.parametrize(
    "url",
    [
        "https://oapi.dingtalk.com/robot/sendBySession?session=abc",
        "https://api.dingtalk.com:443/robot/sendBySession?session=abc",
    ],
)
def test_dingtalks_own_hosts_are_trusted(url: str) -> None:
    assert is_trusted(url, api_base=DINGTALK)
    assert is_trusted(url, api_base=SIMULATOR)


@pytest.mark.parametrize(
    "url",
    [
        "http://oapi.dingtalk.com/robot/sendBySession",
        "https://oapi.dingtalk.com:8443/",
        "https://dingtalk.com.evil.example/",
        "https://evildingtalk.com/",
        "https://user@oapi.dingtalk.com/",
        "https://evil.example\\@oapi.dingtalk.com/",
        "https://evil.example/#.dingtalk.com",
        "https://evil.example?.dingtalk.com",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:6379/",
        "http://localhost/",
        "file:///etc/passwd",
        "ftp://oapi.dingtalk.com/",
        "//oapi.dingtalk.com/",
        "https://[::1]/",
        "https://oapi.dingtalk.com:99999/",
        "http://[",
        "",
        "https://oapi.dingtalk.com/" + "a" * 2048,
    ],
)
def test_no_other_address_is_called(url: str) -> None:
    assert not is_trusted(url, api_base=DINGTALK)


def test_a_stand_in_is_trusted_on_its_host_alone() -> None:
    assert is_trusted("http://127.0.0.1:9002/robot/sendBySession?session=a", api_base=SIMULATOR)
    assert is_trusted("https://127.0.0.1/robot/sendBySession?session=a", api_base=SIMULATOR)
    assert not is_trusted("http://127.0.0.2:9001/robot", api_base=SIMULATOR)
    assert not is_trusted("ftp://127.0.0.1/robot", api_base=SIMULATOR)
