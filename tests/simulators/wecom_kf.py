"""WeCom's 微信客服 (docs 94670, 94677, 94669, 95122): messages wait here until they are fetched."""

from __future__ import annotations

import itertools
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.simulators.platform import answer
from tests.simulators.record import Posting, Seen
from tests.simulators.wecom import MAX_TEXT_BYTES, WeComApp, WeComSimulator, error, xml

SYNC_PATH = "/cgi-bin/kf/sync_msg"
KF_SEND_PATH = "/cgi-bin/kf/send_msg"
WELCOME_PATH = "/cgi-bin/kf/send_msg_on_event"
STATE_PATH = "/cgi-bin/kf/service_state/get"
TRANS_PATH = "/cgi-bin/kf/service_state/trans"
ACCOUNT = "wktestkf0001"
KEPT_S = 3 * 24 * 3600
MAX_HEAD_BYTES = 1024
WINDOW_S = 48 * 3600
MOST = 5
TOKEN_S = 600
WELCOME_S = 20
NEW, BOT, WAITING, PERSON, ENDED = range(5)
ALLOWED = {(NEW, BOT), (NEW, WAITING), (NEW, PERSON), (BOT, WAITING), (BOT, PERSON), (WAITING, PERSON)}
ALLOWED |= {(PERSON, PERSON), (PERSON, ENDED)}


@dataclass
class Customer:
    """What WeCom knows of one customer of an account."""

    state: int = NEW
    wrote_at: float = 0.0
    got: int = 0
    """Messages they were sent since they last wrote."""
    most_got: int = 0
    """The most it ever came to."""
    codes: dict[str, float] = field(default_factory=dict)
    """Codes that take one message, and until when."""
    servicer: str = ""
    moves: list[int] = field(default_factory=list)
    """The states that Kefu moved them to."""


class WeComKfSimulator(WeComSimulator):
    """One kf account. `say` keeps the message here and calls Kefu with the word that there is one."""

    def __init__(self, app: WeComApp | None = None, *, page: int = 1000, **options: Any) -> None:
        """`page` is how many messages one answer holds at most: WeCom may give fewer than asked for."""
        super().__init__(app, **options)
        self.page = page
        self.empty_pages = 0
        """So many pages come empty, with more behind them."""
        self.tokenless_a_minute = 10
        self.undeliverable: dict[str, int] = {}
        """Customers whom messages do not reach although WeCom takes them, with the fail_type they are told by."""
        self.repeated_code = 95099
        """WeCom documents no number for a msgid that it has already."""
        self.servicers: dict[str, bool] = {"lisi": True}
        """Userid → on duty."""
        self.customers: dict[str, Customer] = defaultdict(Customer)
        self.kept: list[dict[str, Any]] = []
        self._tokens: dict[str, float] = {}
        self._tokenless: list[float] = []
        self._msgids: set[str] = set()
        self._run = str(time.time_ns())
        self._numbers = itertools.count(time.time_ns())

    # What customers and servicers do.

    def write(self, user: str, text: str, msg_id: str | None = None) -> str:
        """A customer writes; nobody is told yet. Returns the msgid."""
        return self.put(user, {"msgtype": "text", "text": {"content": text}}, msg_id)

    def put(self, user: str, content: dict[str, Any], msg_id: str | None = None, *, origin: int = 3) -> str:
        """Any message, by its own fields."""
        msg_id = msg_id or f"msg{next(self._numbers)}"
        customer = self.customers[user]
        if origin == 3:
            customer.wrote_at, customer.got = self.now(), 0
            if customer.state == ENDED:
                customer.state = NEW
        ids = {"msgid": msg_id, "open_kfid": ACCOUNT, "external_userid": user}
        self.kept.append({**ids, "send_time": int(self.now()), "origin": origin, **content})
        return msg_id

    def event(self, user: str, kind: str, **fields: Any) -> None:
        """Something happens to a customer."""
        event = {"event_type": kind, "open_kfid": ACCOUNT, "external_userid": user, **fields}
        entry = {"msgid": f"msg{next(self._numbers)}", "send_time": int(self.now()), "origin": 4}
        self.kept.append({**entry, "msgtype": "event", "event": event})

    def enter(self, user: str) -> str:
        """A customer opens the chat; returns the welcome code."""
        code = secrets.token_urlsafe(16)
        self.customers[user].codes[code] = self.now() + WELCOME_S
        self.event(user, "enter_session", scene="123", welcome_code=code)
        return code

    def click(self, user: str, words: str) -> str:
        """A customer picks an item of the newest menu that has it. Returns the msgid."""
        for seen in reversed(self.record.seen_by(user)):
            for item in seen.body.get("msgmenu", {}).get("list", []):
                if item["click"]["content"] == words:
                    text = {"content": words, "menu_id": item["click"]["id"]}
                    return self.put(user, {"msgtype": "text", "text": text})
        raise LookupError(f"{user} sees no item {words}")

    def pick_up(self, user: str, servicer: str = "lisi") -> None:
        """A servicer takes a customer from the queue."""
        customer = self.customers[user]
        assert customer.state == WAITING, "nobody waits there"
        customer.state, customer.servicer = PERSON, servicer
        self.event(user, "session_status_change", change_type=1, new_servicer_userid=servicer)

    def servicer_says(self, user: str, text: str) -> None:
        """A servicer writes in the WeCom client: the customer sees it, and `sync_msg` brings it (origin 5)."""
        customer = self.customers[user]
        assert customer.state == PERSON, "no servicer has the customer"
        self.record.show(Seen(self.now(), user, text, "text", "client"))
        self.put(user, {"msgtype": "text", "text": {"content": text}}, origin=5)

    def end_session(self, user: str) -> str:
        """The servicer ends the session; returns the code for a last word."""
        customer, code = self.customers[user], secrets.token_urlsafe(16)
        assert customer.state == PERSON, "no servicer has the customer"
        customer.state = ENDED
        customer.codes[code] = self.now() + WELCOME_S
        self.event(
            user, "session_status_change", change_type=3, old_servicer_userid=customer.servicer, msg_code=code
        )
        return code

    async def ring(self, callback_url: str) -> Posting:
        """Tell Kefu that there is something."""
        token = f"ENC{secrets.token_hex(8)}"
        self._tokens[token] = self.now() + TOKEN_S
        fields = {"ToUserName": self.app.corp_id, "CreateTime": str(int(self.now())), "MsgType": "event"}
        fields |= {"Event": "kf_msg_or_event", "Token": token, "OpenKfId": ACCOUNT}
        return await self.post_xml(callback_url, xml(fields), id_=token)

    async def say(
        self, callback_url: str, *, user: str, text: str, msg_id: str | None = None, copies: int = 1
    ) -> Posting:
        """A customer writes and Kefu is told, `copies` times."""
        self.write(user, text, msg_id)
        for _ in range(copies):
            posting = await self.ring(callback_url)
        return posting

    def replies_to(self, receiver: str) -> list[str]:
        """The texts that a customer saw, oldest first."""
        return [seen.text for seen in self.record.seen_by(receiver)]

    async def wait_for_replies(self, receiver: str, count: int = 1, *, timeout: float = 10.0) -> list[str]:
        """The same, once there are `count`. Raises TimeoutError."""
        return [seen.text for seen in await self.record.wait(receiver, count, timeout)]

    # The server API.

    def routes(self) -> list[web.RouteDef]:
        """The app's routes, and those of kf."""
        return [
            *super().routes(),
            web.post(SYNC_PATH, self._sync),
            web.post(KF_SEND_PATH, self._send_msg),
            web.post(WELCOME_PATH, self._send_on_event),
            web.post(STATE_PATH, self._state),
            web.post(TRANS_PATH, self._trans),
            web.post("/cgi-bin/kf/account/list", self._accounts),
        ]

    async def _sync(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        body = await request.json()
        if body.get("open_kfid") != ACCOUNT:
            return error(95004, "open_kfid not exist")
        if (wrong := self._wrong_token(body.get("token"))) is not None:
            return wrong
        start = self._place(str(body.get("cursor") or ""))
        if self.empty_pages:
            self.empty_pages -= 1
            return self._page([], start, more=True)
        end = start + min(self.page, int(body.get("limit", 1000)))
        return self._page(self.kept[start:end], min(end, len(self.kept)), more=end < len(self.kept))

    def _page(self, entries: list[dict[str, Any]], cursor: int, *, more: bool) -> web.Response:
        page = {"next_cursor": f"{self._run}.{cursor}", "has_more": int(more), "msg_list": entries}
        return answer({"errcode": 0, "errmsg": "ok", **page})

    def _place(self, cursor: str) -> int:
        """Kefu may come with the cursor of an earlier run, whose messages are gone: all of these are new."""
        run, _, place = cursor.partition(".")
        return int(place) if run == self._run else self._oldest()

    def _oldest(self) -> int:
        kept = (n for n, entry in enumerate(self.kept) if entry["send_time"] > self.now() - KEPT_S)
        return next(kept, len(self.kept))

    def _wrong_token(self, token: str | None) -> web.Response | None:
        if token:
            return None if self._tokens.get(token, 0) > self.now() else error(95007, "invalid msg token")
        self._tokenless = [at for at in self._tokenless if at > self.now() - 60] + [self.now()]
        too_many = len(self._tokenless) > self.tokenless_a_minute
        return error(45009, "api freq out of limit") if too_many else None

    async def _send_msg(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        body = await request.json()
        customer, msgid = self.customers[body["touser"]], str(body.get("msgid") or secrets.token_hex(8))
        if msgid in self._msgids:
            return error(self.repeated_code, "invalid msgid, it exists already")
        if len(msgid) > 32 or body.get("open_kfid") != ACCOUNT:
            return error(40058, "invalid parameter")
        if customer.state not in (NEW, BOT):
            return error(95018, "send msg session status invalid")
        if self.now() - customer.wrote_at > WINDOW_S:
            return error(95002, "send msg time limit")
        if customer.got >= MOST:
            return error(95001, "send msg count limit")
        return self._shown(body, msgid, body["touser"], KF_SEND_PATH)

    def _shown(self, body: dict[str, Any], msgid: str, user: str, via: str) -> web.Response:
        kind = str(body.get("msgtype"))
        text = body["msgmenu"]["head_content"] if kind == "msgmenu" else body[kind]["content"]
        if not text:
            return error(44004, "empty content")
        if len(text.encode()) > (MAX_HEAD_BYTES if kind == "msgmenu" else MAX_TEXT_BYTES):
            return error(45002, "content size out of limit")
        if kind == "msgmenu" and not _is_menu(body["msgmenu"]["list"]):
            return error(40058, "invalid list")
        customer = self.customers[user]
        customer.got += 1
        customer.most_got = max(customer.most_got, customer.got)
        self._msgids.add(msgid)
        if user in self.undeliverable:
            self.event(user, "msg_send_fail", fail_msgid=msgid, fail_type=self.undeliverable[user])
        else:
            self.record.show(Seen(self.now(), user, text, kind, via, body))
        return answer({"errcode": 0, "errmsg": "ok", "msgid": msgid})

    async def _send_on_event(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        body = await request.json()
        for user, customer in self.customers.items():
            if customer.codes.get(body["code"], 0) > self.now():
                del customer.codes[body["code"]]
                return self._shown(body, str(body.get("msgid")), user, WELCOME_PATH)
        return error(40058, "invalid code")

    async def _state(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        body = await request.json()
        customer = self.customers[body["external_userid"]]
        who = {"servicer_userid": customer.servicer if customer.state == PERSON else ""}
        return answer({"errcode": 0, "errmsg": "ok", "service_state": customer.state, **who})

    async def _trans(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        body = await request.json()
        customer, wanted = self.customers[body["external_userid"]], int(body["service_state"])
        if (customer.state, wanted) not in ALLOWED:
            return (
                error(95013, "conversation end") if customer.state == ENDED else error(95016, "not allowed")
            )
        servicer = str(body.get("servicer_userid", ""))
        if wanted == PERSON and not self.servicers.get(servicer):
            return error(95014, "servicer not activated") if servicer else error(40058, "invalid parameter")
        customer.state, customer.servicer = wanted, servicer
        customer.moves.append(wanted)
        return answer({"errcode": 0, "errmsg": "ok", "msg_code": secrets.token_urlsafe(8)})

    async def _accounts(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        return answer(
            {"errcode": 0, "errmsg": "ok", "account_list": [{"open_kfid": ACCOUNT, "name": "客服"}]}
        )


def _is_menu(items: list[dict[str, Any]]) -> bool:
    """Up to ten clicks, each with an id of 1 to 64 bytes and 1 to 128 bytes of words."""
    clicks = [item["click"] for item in items]
    sizes = [(len(click["id"].encode()), len(click["content"].encode())) for click in clicks]
    return 0 < len(items) <= 10 and all(0 < id_ <= 64 and 0 < words <= 128 for id_, words in sizes)


if __name__ == "__main__":
    from tests.simulators.crowd import main

    main(WeComKfSimulator)
