"""One question, through every door, on real parts: Valkey, Celery, Qdrant Edge, the bundled embeddings."""

from __future__ import annotations

import asyncio
import json
import signal

import aiohttp
import pytest

from tests.house import RETURNS, House
from tests.scenarios.conftest import Street

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]


async def ask_on_the_site(house: House, text: str) -> dict[str, object]:
    """Open a session, follow its events, ask, and return the reply."""
    async with aiohttp.ClientSession() as browser:
        async with browser.post(f"{house.url}/webchat/web/sessions") as response:
            token = (await response.json())["token"]
        headers = {"Authorization": f"Bearer {token}"}
        async with browser.get(f"{house.url}/webchat/web/events", headers=headers) as events:
            message = {"id": "q1", "text": text}
            async with browser.post(
                f"{house.url}/webchat/web/messages", json=message, headers=headers
            ) as response:
                assert response.status == 202
            kind = ""
            async for line in events.content:
                name, _, value = line.decode().strip().partition(": ")
                if name == "event":
                    kind = value
                elif name == "data" and kind == "reply":
                    return dict(json.loads(value))
    raise AssertionError("the stream ended without a reply")


async def test_every_door_answers_from_the_shops_knowledge(street: Street) -> None:
    house, wecom, dingtalk = street.house, street.wecom, street.dingtalk

    assert await wecom.verify(house.callback("wecom"))
    await wecom.say(house.callback("wecom"), user="zhangsan", text="我想退货怎么弄", copies=3)
    await dingtalk.say(house.callback("ding"), user="staff1", text="退货流程")
    await dingtalk.say(house.callback("ding"), user="staff2", group="cid-group==", text="怎么退货呀")
    reply = await ask_on_the_site(house, "怎么退货")

    assert RETURNS in str(reply["text"])
    assert reply["outcome"] == "faq"
    (answer,) = await wecom.wait_for_replies("zhangsan", timeout=20)
    assert RETURNS in answer
    assert RETURNS in (await dingtalk.wait_for_replies("staff1", timeout=20))[0]
    assert RETURNS in (await dingtalk.wait_for_replies("cid-group==", timeout=20))[0]
    assert wecom.replies_to("zhangsan") == [answer], "delivered three times, answered once"


async def test_a_message_that_came_before_any_worker_is_answered_when_one_comes(street: Street) -> None:
    house, wecom = street.house, street.wecom
    await asyncio.to_thread(house.kill, "worker", signal.SIGTERM)
    posting = await wecom.say(house.callback("wecom"), user="early", text="多久发货")
    assert posting.accepted

    await house.start("worker")

    assert "48小时" in (await wecom.wait_for_replies("early", timeout=30))[0]


async def test_commands_reach_the_knowledge_while_the_worker_owns_it(street: Street) -> None:
    house, wecom = street.house, street.wecom
    await house.ready(worker=True)
    assert "worker_ready" in house.log("worker"), "it says so once it listens to its queues"
    (house.folder / "more.csv").write_text(
        "问题,答案\n可以到店自提吗,可以，下单时选择“到店自提”。\n,没有问题\n", encoding="utf-8"
    )

    imported = house.tell("knowledge", "import", str(house.folder / "more.csv"), "--tenant", "shop")
    listed = house.tell("knowledge", "list")
    found = house.tell("knowledge", "search", "自提")
    asked = house.tell("ask", "能不能自己去店里拿")

    assert imported.returncode == 1, "one row could not be read"
    assert "more.csv: 1 item, 1 new" in imported.stdout
    assert "row 3: has no question" in imported.stderr
    assert "more.csv" in listed.stdout
    assert "可以到店自提吗" in found.stdout.splitlines()[1]
    assert asked.returncode == 0
    await wecom.say(house.callback("wecom"), user="u1", text="可以到店自提吗")
    assert "到店自提" in (await wecom.wait_for_replies("u1", timeout=20))[0]
    assert "removed 1 item of" in house.tell("knowledge", "remove", "more.csv").stdout
    assert house.tell("knowledge", "remove", "more.csv").returncode == 1
    configured = house.tell("knowledge", "remove", "faq.txt")
    assert (configured.returncode, "stands in the configuration" in configured.stderr) == (1, True)
    (house.folder / "other").mkdir()
    (house.folder / "other" / "faq.txt").write_text("Q: 甲\nA: 乙\n", encoding="utf-8")
    same_name = house.tell("knowledge", "import", str(house.folder / "other" / "faq.txt"))
    assert (same_name.returncode, "rename this" in same_name.stderr) == (1, True)
