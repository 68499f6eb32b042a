"""Speech to text behind any OpenAI-compatible server."""

from __future__ import annotations

from typing import Final

import openai

from bot.breaker import Breaker
from bot.channel import Blob
from bot.errors import Refused, Unavailable
from bot.model.openai_errors import NO_KEY, ours
from bot.settings import TranscriptionSettings

_PING_S: Final = 5.0
_SERVER: Final = "the transcription server"
_NAMES: Final = {
    "audio/amr": "voice.amr",
    "audio/amr-wb": "voice.awb",
    "audio/silk": "voice.silk",
    "audio/ogg": "voice.ogg",
    "audio/wav": "voice.wav",
    "audio/mpeg": "voice.mp3",
    "audio/mp4": "voice.m4a",
    "audio/aac": "voice.aac",
    "audio/flac": "voice.flac",
    "audio/webm": "voice.webm",
}
"""Servers go by the file's ending: they hand it to ffmpeg, or refuse what they don't know by its name."""


class OpenAITranscriber:
    """`bot.ports.Transcriber` over HTTP."""

    def __init__(self, settings: TranscriptionSettings) -> None:
        self.breaker = Breaker(_SERVER, Unavailable)
        self._model = settings.model
        self._client = openai.AsyncOpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key.get_secret_value() if settings.api_key else NO_KEY,
            timeout=settings.timeout_s,
            max_retries=0,  # the turn is tried again, and knows how often
        )

    async def transcribe(self, voice: Blob) -> str:
        """The words; empty when there are none. Raises Refused, and Unavailable: at once while it is away."""
        with self.breaker.call():
            return await self._transcribe(voice)

    async def _transcribe(self, voice: Blob) -> str:
        file = (_NAMES.get(voice.content_type, "voice"), voice.data, voice.content_type)
        try:
            transcription = await self._client.audio.transcriptions.create(file=file, model=self._model)
            text = transcription.text
        except openai.OpenAIError as error:
            raise ours(error, _SERVER) from error
        except (AttributeError, TypeError, ValueError) as error:  # a proxy's page, half an answer
            raise Unavailable(f"{_SERVER} answered with something else") from error
        if not isinstance(text, str):
            raise Unavailable(f"{_SERVER} answered with something else")
        return text

    async def ping(self) -> None:
        """Raises Unavailable when the server can't be reached, Refused when it does not take our key.

        Not every server lists its models, so any other answer will do.
        """
        try:
            await self._client.models.list(timeout=_PING_S)
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise Refused(f"{_SERVER} does not take our key") from error
        except openai.APIStatusError as error:
            answer = ours(error, _SERVER)
            if isinstance(answer, Unavailable):
                raise answer from error
        except openai.OpenAIError as error:
            raise ours(error, _SERVER) from error

    async def close(self) -> None:
        """Close the pool."""
        await self._client.close()
