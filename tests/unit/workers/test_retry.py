"""When to try again, and when not: tables."""

from __future__ import annotations

import pytest

from adapters.access import CredentialsRefused, TokenRefused
from adapters.dingtalk.errors import CardExists, openapi_verdict
from adapters.outbound import Unclear, Unsent
from adapters.wecom.errors import verdict
from bot.errors import Held, Refused, Unavailable
from bot.types import Address, DeliveryState, GiveUp, RetryAt
from tests.builders import a_reply
from workers.retry import DELIVERY, Patience, after, answering, before, decide

HOUR = 3600.0


@pytest.mark.parametrize(
    ("attempts", "spread", "asked", "wait"),
    [
        (0, 0.0, None, 1),  # the first failure waits the least
        (1, 0.0, None, 2),  # and doubles
        (4, 0.0, None, 16),
        (6, 0.0, None, 30),  # up to the longest
        (500, 0.0, None, 30),  # however often it failed
        (0, 1.0, None, 1.5),  # spread out by half at most
        (0, 0.0, 45.0, 45),  # a platform that names a time is taken at its word
        (6, 0.0, 5.0, 30),  # but never hurries us
    ],
)
def test_the_wait(attempts: int, spread: float, asked: float | None, wait: float) -> None:
    decision = decide(DELIVERY, attempts=attempts, age=0, now=100, spread=spread, asked=asked)

    assert decision == RetryAt(100 + wait)


@pytest.mark.parametrize(
    ("patience", "attempts", "age", "gives_up"),
    [
        (answering(3), 1, 1e9, False),  # age is no matter where attempts are counted
        (answering(3), 2, 0, True),  # this was the third
        (answering(1), 0, 0, True),
        (DELIVERY, 10_000, 0, False),  # attempts are no matter where age counts
        (DELIVERY, 0, 6 * 3600 - 2, False),
        (DELIVERY, 0, 6 * 3600, True),
        (Patience(1, 1), 10**6, 1e9, False),
    ],
)
def test_enough_is_enough(patience: Patience, attempts: int, age: float, gives_up: bool) -> None:
    decision = decide(patience, attempts=attempts, age=age, now=0, spread=0)

    assert isinstance(decision, GiveUp) is gives_up


def wecom(code: str) -> Exception:
    return verdict(code).on(f"WeCom {code}")


def dingtalk(code: str, status: int = 403) -> Exception:
    return openapi_verdict(status, {"code": code}).on(f"DingTalk {code}")


@pytest.mark.parametrize(
    ("error", "attempts", "wait", "counts"),
    [
        (Unsent("no connection"), 0, 1, True),
        (Unclear("no answer in time"), 2, 4, True),  # perhaps sent: seen twice is better than never seen
        (Unclear("HTTP 502", status=502), 9, 30, True),
        (Unavailable("busy"), 0, 1, True),
        (Unavailable("busy", retry_after=45), 0, 45, True),  # Retry-After, whoever says it
        (wecom("45009"), 0, 60, True),  # the minute that WeCom blocks for
        (wecom("45033"), 0, 1, True),
        (wecom("-1"), 0, 1, True),
        (dingtalk("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"), 0, 1, True),
        (dingtalk("Forbidden.AccessDenied.QpmLimitForAppkeyAndApi"), 0, 10, True),
        (dingtalk("send.too.fast", 400), 0, 2, True),
        (openapi_verdict(200, {"punish": "deny"}).on("DingTalk"), 0, 300, True),  # our address is banned
        (TokenRefused("revoked, and the new one too"), 0, 1, True),
        (
            CredentialsRefused("wrong Secret", retry_after=60),
            0,
            60,
            True,
        ),  # for the operator to mend meanwhile
        (wecom("60020"), 0, 60, True),
        (ZeroDivisionError(), 3, 8, True),  # a bug of ours
        (Held("its turn comes later", retry_after=40), 5, 40, False),  # nothing was tried
        (Held("the platform is left alone", retry_after=12), 0, 12, False),
    ],
)
def test_what_may_pass_is_tried_again(error: Exception, attempts: int, wait: float, counts: bool) -> None:
    decision = after(error, a_reply(created_at=100), attempts=attempts, now=100, spread=0)

    assert decision == RetryAt(100 + wait, counts)


@pytest.mark.parametrize(
    "error",
    [
        Refused("the customer is gone"),
        CardExists("made before"),
        wecom("81013"),
        wecom("12345"),  # a code that nobody knows is about the message, not about the moment
        dingtalk("staffId.notExisted", 400),
        dingtalk("Forbidden.AccessDenied.ApiCountLimitForOrg"),  # the month's quota: no wait of ours helps
    ],
)
def test_what_is_final_is_given_up_at_once_with_its_reason(error: Exception) -> None:
    decision = after(error, a_reply(created_at=100), attempts=0, now=100, spread=0)

    assert decision == GiveUp(str(error), DeliveryState.FAILED)


@pytest.mark.parametrize(
    ("error", "age"),
    [
        (Unavailable("busy"), 6 * HOUR),
        (Unclear("no answer"), 7 * HOUR),
        (Unavailable("closed for an hour", retry_after=HOUR), 5.5 * HOUR),  # and then it is too old
        (ZeroDivisionError(), 6 * HOUR),
        (Held("the platform is left alone", retry_after=12), 6 * HOUR),
    ],
)
def test_a_reply_that_is_of_no_more_use_is_given_up(error: Exception, age: float) -> None:
    decision = after(error, a_reply(created_at=0), attempts=3, now=age, spread=0)

    told = "ZeroDivisionError" if isinstance(error, ZeroDivisionError) else str(error)
    assert decision == GiveUp(f"not done within 6 h: {told}", DeliveryState.FAILED)


@pytest.mark.parametrize(
    ("expires_at", "state"),
    [(None, None), (101.0, None), (100.0, None), (99.0, DeliveryState.EXPIRED)],
)
def test_an_address_that_ran_out_is_the_end(expires_at: float | None, state: DeliveryState | None) -> None:
    decision = before(a_reply(address=Address({}, expires_at=expires_at)), now=100)

    assert (decision.state if decision else None) is state


def test_age_alone_is_no_reason_to_leave_the_one_try_out() -> None:
    assert before(a_reply(created_at=0), now=100 * HOUR) is None
