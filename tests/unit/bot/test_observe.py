"""The log names what happened, and keeps what is private."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import observe


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def logged(capsys: pytest.CaptureFixture[str], **environ: str) -> dict[str, str]:
    observe.set_up("worker", {"KEFU_LOG_FORMAT": "json", **environ})
    structlog.get_logger().info("turn_answered", outcome="faq", text="我的电话是13800000000", token="t0ken")
    return dict(json.loads(capsys.readouterr().err.splitlines()[-1]))


def test_an_event_has_its_name_its_process_and_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    event = logged(capsys)

    assert (event["event"], event["process"], event["outcome"]) == ("turn_answered", "worker", "faq")


def test_customers_words_and_secrets_never_get_out_by_accident(capsys: pytest.CaptureFixture[str]) -> None:
    event = logged(capsys)

    assert (event["text"], event["token"]) == ("***", "***")


def test_words_show_when_they_were_asked_for_by_name_and_secrets_do_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert logged(capsys, KEFU_LOG_LEVEL="debug")["text"] == "***", "the level alone is not enough"

    event = logged(capsys, KEFU_LOG_LEVEL="debug", KEFU_LOG_TEXTS="1")

    assert event["text"] == "我的电话是[phone]", "and not even then anybody's numbers"
    assert event["token"] == "***"


def test_nobody_s_numbers_are_in_what_an_error_says(capsys: pytest.CaptureFixture[str]) -> None:
    observe.set_up("worker", {"KEFU_LOG_FORMAT": "json"})
    try:
        raise ValueError("can't parse 收件人：王小明 13800138000")
    except ValueError as error:
        structlog.get_logger().exception("turn_failed", reason=str(error), reply="13800138000", seconds=1.5)

    line = capsys.readouterr().err
    assert line.count("13800138000") == 1, "an id of ours is no phone"
    assert "王小明" not in line
    assert json.loads(line)["reason"] == "can't parse 收件人：[name] [phone]"


def test_nor_in_what_libraries_log() -> None:
    record = logging.LogRecord("celery", logging.WARNING, "x.py", 1, "task of %s", ("a.b@c.cn",), None)

    assert observe.Masking("%(message)s").format(record) == "task of [email]"


def test_a_request_that_can_not_be_read_shows_no_token(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("test of aiohttp.server")
    logger.addFilter(observe.without_request)

    try:
        raise ValueError("Authorization: Bearer s3cret")
    except ValueError as error:
        logger.log(logging.ERROR, "Error handling request from %s: s3cret", "1.2.3.4", exc_info=error)

    assert "unreadable request: ValueError" in caplog.text
    assert "s3cret" not in caplog.text
