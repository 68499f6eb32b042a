"""A robot on DingTalk's own SDK, as its readme has it: `python -m … CLIENT_ID CLIENT_SECRET`.

Where the platform is, the SDK reads from DINGTALK_OPENAPI_ENDPOINT as it is imported.
"""

from __future__ import annotations

import asyncio
import sys

import dingtalk_stream
from dingtalk_stream import AckMessage, CallbackMessage, ChatbotMessage


class Echo(dingtalk_stream.ChatbotHandler):  # type: ignore[misc]
    """Says what it heard."""

    async def process(self, callback: CallbackMessage) -> tuple[int, str]:
        heard = ChatbotMessage.from_dict(callback.data)
        self.reply_text(f"听到：{heard.text.content.strip()}", heard)
        return AckMessage.STATUS_OK, "OK"


if __name__ == "__main__":
    client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(*sys.argv[1:]))
    client.register_callback_handler(ChatbotMessage.TOPIC, Echo())
    asyncio.run(client.start())
