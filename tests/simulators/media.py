"""What customers send besides words: kept by a simulated platform, and served in every good and bad way."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

AMR = b"#!AMR\n" + b"\x3c\x91\x17\x16\xbe\x66\x79" * 20
"""What a voice message on WeCom and DingTalk begins with."""


@dataclass(frozen=True, slots=True)
class File:
    """Some bytes, and how they are served."""

    data: bytes
    content_type: str = "application/octet-stream"
    moved_to: str = ""
    """Where the answer sends the caller instead."""
    delay: float = 0.0
    chunked: bool = False
    """True: without a length, as when it is made on the way."""
    status: int = 200

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """As an answer."""
        await asyncio.sleep(self.delay)
        if self.moved_to:
            return web.Response(status=302, headers={"Location": self.moved_to})
        headers = {"Content-Type": self.content_type, "Content-Disposition": "attachment; filename=file"}
        if not self.chunked:
            return web.Response(status=self.status, body=self.data, headers=headers)
        response = web.StreamResponse(status=self.status, headers=headers)
        await response.prepare(request)
        for start in range(0, len(self.data), 65536):
            await response.write(self.data[start : start + 65536])
        return response


class Files:
    """A platform's store of them."""

    def __init__(self) -> None:
        self.kept: dict[str, File] = {}
        self.served: list[str] = []
        """Ids, each time one was asked for."""

    def put(self, data: bytes, **ways: object) -> str:
        """Keep a file; its id."""
        id_ = secrets.token_urlsafe(16)
        self.kept[id_] = File(data, **ways)  # type: ignore[arg-type]  # a test names fields of File
        return id_

    def forget(self, id_: str) -> None:
        """Its days are over."""
        del self.kept[id_]

    def find(self, id_: str) -> File | None:
        """What is kept under an id."""
        self.served.append(id_)
        return self.kept.get(id_)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """At a signed address of its own; 403 when there is nothing, as object stores say."""
        file = self.find(request.match_info["id"])
        if file is None or request.query.get("sign") != signature(request.match_info["id"]):
            return web.Response(
                status=403, text="<Error>AccessDenied</Error>", content_type="application/xml"
            )
        return await file.serve(request)


def signature(id_: str) -> str:
    """With letters that a client must not quote anew."""
    return f"{id_}+/="


def signed(base_url: str, path: str, id_: str) -> str:
    """The address of a file."""
    return f"{base_url}{path}/{id_}?sign={quote(signature(id_), safe='')}"
