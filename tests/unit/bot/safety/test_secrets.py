"""Where a configuration holds secrets, and that no prompt does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from bot.safety.secrets import secrets_of
from bot.settings import Settings
from tests.fakes import FixedRetriever, ScriptedModel
from tests.simulators.shop import AUTHORIZATION, ShopServer
from tests.unit.bot.counter import DOORS, KNOWN, Counter, settings_with
from tests.unit.bot.test_consult import ORDER

Open = Callable[..., Counter]


def test_secrets_are_found_wherever_they_stand() -> None:
    settings = Settings.model_validate(
        {
            "redis": {"url": "redis://:redis-word@host:6379/0"},
            "qdrant": {"api_key": "password"},
            "model": {"servers": [{"name": "a", "base_url": "http://a/v1", "api_key": "model-key"}]},
            "alerts": {"webhook": "https://oapi.dingtalk.com/robot/send?access_token=robot-token"},
            "tenants": [
                {
                    "name": "shop",
                    "tools": [
                        {
                            "name": "t",
                            "description": "t",
                            "url": "https://a/b",
                            "headers": {"A": "Bearer tool-key"},
                        }
                    ],
                }
            ],
            "channels": [{**DOORS[1], "secret": "wecom-secret", "token": "t"}],
        }
    )

    found = secrets_of(settings)

    assert found >= {"redis-word", "model-key", "robot-token", "tool-key", "wecom-secret", "a" * 43}
    assert not found & {"t", "password"}, "they would be found in honest answers"


async def test_no_secret_is_ever_in_a_prompt(at_counter: Open, shop: ShopServer) -> None:
    mine = settings_with(shop.tools())
    settings = Settings.model_validate({**mine.model_dump(), "model": {"api_key": "model-key-1"}})
    model = ScriptedModel(ORDER, "已发货。")
    alice = at_counter(settings, customer=KNOWN, model=model, retriever=FixedRetriever())

    await alice.say("我那个20240910XYZ咋样啦")

    asked = str([dataclasses.asdict(prompt) for prompt in model.prompts])
    assert len(model.prompts) == 2
    assert not [secret for secret in secrets_of(settings) if secret in asked]


async def test_a_server_that_shows_what_it_was_sent_tells_the_model_no_key(
    at_counter: Open, shop: ShopServer
) -> None:
    shop.page = f'{{"item": "亚麻衬衫", "price": 199, "debug": "Authorization: {AUTHORIZATION}"}}'
    model = ScriptedModel(
        '<tool_call>{"name": "stock", "arguments": {"item": "亚麻衬衫"}}</tool_call>', "有货。"
    )

    await at_counter(settings_with(shop.tools()), model=model).say("亚麻的那件咋样")

    (told,) = model.prompts[1].results
    assert "199" in told.data
    assert "shop-key" not in told.data
