"""A robot on DingTalk's own SDK, as its readme has it: `python -m … CLIENT_ID CLIENT_SECRET`.

Where the platform is, the SDK reads from DINGTALK_OPENAPI_ENDPOINT as it is imported.
"""

from __future__ import annotations

import asyncio
import sys

import dingtalk_stream
from dingtalk_stream import (
    AckMessage,
    AICardReplier,
    AIMarkdownCardInstance,
    CallbackHandler,
    CallbackMessage,
    CardCallbackMessage,
    ChatbotMessage,
)

TEMPLATE = "382e4302-551d-4880-bf29-a30acfab2e71.schema"


class Echo(dingtalk_stream.ChatbotHandler):  # type: ignore[misc]
    """Says what it heard: on a card if it is asked for one."""

    async def process(self, callback: CallbackMessage) -> tuple[int, str]:
        heard = ChatbotMessage.from_dict(callback.data)
        said = heard.text.content.strip()
        if said == "卡片":
            await self._stream(AICardReplier(self.dingtalk_client, heard))
        elif said == "现成的卡片":
            self._show(AIMarkdownCardInstance(self.dingtalk_client, heard))
        else:
            self.reply_text(f"听到：{said}", heard)
        return AckMessage.STATUS_OK, "OK"

    async def _stream(self, replier: AICardReplier) -> None:
        """As the SDK's readme has it: made, streamed piece by piece, finished."""
        track = await replier.async_create_and_deliver_card(TEMPLATE, {"msgContent": ""})
        for text, is_last in (("可以", False), ("可以退", False), ("可以退。", True)):
            await replier.async_streaming(
                track, "msgContent", text, append=False, finished=is_last, failed=False
            )

    def _show(self, card: AIMarkdownCardInstance) -> None:
        """By the SDK's own ready-made card, in two steps and with `flowStatus`."""
        card.ai_start()
        card.ai_streaming("七天")
        card.ai_streaming("七天内。")
        card.ai_finish("七天内。")


class Pressed(CallbackHandler):  # type: ignore[misc]
    """Thanks whoever presses a button."""

    async def process(self, callback: CallbackMessage) -> tuple[int, object]:
        pressed = CardCallbackMessage.from_dict(callback.data)
        (action,) = pressed.content["cardPrivateData"]["actionIds"]
        return AckMessage.STATUS_OK, {
            "cardData": {"cardParamMap": {}},
            "userPrivateData": {"cardParamMap": {"thanks": f"{pressed.user_id}: {action}"}},
            "cardUpdateOptions": {"updatePrivateDataByKey": True},
        }


if __name__ == "__main__":
    client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(*sys.argv[1:]))
    client.register_callback_handler(ChatbotMessage.TOPIC, Echo())
    client.register_callback_handler(CallbackHandler.TOPIC_CARD_CALLBACK, Pressed())
    asyncio.run(client.start())
