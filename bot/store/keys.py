"""Every Redis key, with its type and lifetime. Nothing else in the project spells one.

Keys of one conversation, and of the schedules it stands in, carry the hash tag of its partition, so that
a script touches one slot of a Redis cluster. Values are JSON unless said otherwise; capitals are told in
`bot.store.bounds`:

    kefu:{07}:inbox:<conversation>          list    messages, oldest first; gone when empty
    kefu:{07}:seen:<conversation>:<id>      string  this message was stored; SEEN_S
    kefu:{07}:history:<conversation>        list    what was said, oldest first; HISTORY_S
    kefu:{07}:attempts:<conversation>       string  tries at what heads the inbox; ATTEMPTS_S
    kefu:{07}:outbox:<conversation>         list    replies, oldest first; gone when empty
    kefu:{07}:sending:<conversation>        hash    part, attempts, error of what heads the outbox
    kefu:{07}:sent:<conversation>           zset    part sent since the customer last wrote → when; SENT_S
    kefu:{07}:delivered:<conversation>:<reply>
                                            string  a reply that may yet not arrive; DELIVERED_S
    kefu:{07}:ends:<conversation>           list    how deliveries ended that people ask about, newest first;
                                                    ENDS_KEPT, HISTORY_S
    kefu:{07}:judged:<conversation>         hash    reply → when, its entry in opinions; JUDGED_MOST, JUDGED_S
    kefu:{07}:bases:<conversation>          list    what its newest answers rest on; BASES_KEPT, HISTORY_S
    kefu:{07}:greeted:<conversation>        string  was welcomed; GREETED_S
    kefu:{07}:lease:<work>:<conversation>   string  fence and token of whoever holds it; the lease's life
    kefu:{07}:hold:<work>:<conversation>    string  a retry is due later; until then
    kefu:{07}:schedule:<work>               zset    conversation → ms when somebody should look at it
    kefu:{07}:person:<conversation>         hash    since, until, who … of a person who has it; PERSON_S more
    kefu:{07}:done:<conversation>:<reply>   string  this was done in a conversation; DONE_S, HEARD_S
    kefu:{07}:line                          zset    tenant that has conversations ready → its pass
    kefu:{07}:line:<tenant>                 zset    conversation ready to be answered → ms since when
    kefu:{07}:turns                         hash    what tenants had, tickets on their way; for ever
    kefu:{07}:spare:<tenant>                string  how many turns are to spare the model; SPARE_MS
    kefu:{07}:found:<tenant>                hash    first and last of those found to wait for long; FOUND_MS
    kefu:{07}:quiet:<conversation>          hash    since, until, here: who may still be writing; QUIET_MS
    kefu:{07}:took:<token>                  string  the conversation whose turn this caller was given; TOOK_MS
    kefu:{07}:parking:<conversation>        string  its first messages wait for what is away; PARKED_S
    kefu:{07}:parked                        zset    conversation → ms from which on it may be called back
    kefu:{07}:people                        zset    conversation → ms when the bot takes it back
    kefu:{07}:bells                         zset    conversation → ms when people should be told of it
    kefu:{07}:wake:<account>                list    one word that there is something to fetch; until fetched
    kefu:{07}:cursor:<account>              string  how far we fetched; for ever
    kefu:{07}:dead:<tenant>                 zset    reply given up → ms since when; DEAD_S
    kefu:{07}:letters:<tenant>              hash    reply given up → itself, and why; as long
    kefu:{07}:fence                         string  counter; for ever
    kefu:{07}:journal                       stream  what became of messages; JOURNAL_LEN, KEPT_S
    kefu:{07}:opinions                      stream  what customers think of replies; OPINIONS_LEN, KEPT_S
    kefu:{07}:undecodable                   stream  what could not be read; UNDECODABLE_LEN, KEPT_S
    kefu:{07}:feed:<conversation>           stream  what a web chat visitor sees; FEED_S
    kefu:{07}:draft:<conversation>          hash    key, kind, data of what a visitor sees for now; DRAFT_S
    kefu:{07}:fed:<conversation>:<key>      string  id of the event published under this key; FEED_S

    kefu:token:<key>, kefu:token-lock:<key> string  an access token; until shortly before it expires
    kefu:presence:<role>                    zset    process → unix seconds it was last seen
    kefu:stream:<id>                        hash    until, shown, text, taken, closed of a reply; STREAM_S
    kefu:dead-known                         zset    letter and its ms → ms: operators know it; DEAD_S
    kefu:dead-telling                       string  somebody tells them; as long as they want no other word
    kefu:answer:<tenant>:<place>            string  an answer that may fit again; ANSWERS_MOST
    kefu:embedding:<place>                  string  hash and vector of a question; EMBEDDINGS_MOST
    kefu:gaps:<tenant>                      stream  questions without a good answer; GAPS_LEN
    kefu:mark:<mark>                        string  this was done; as long as whoever left it says
    kefu:secret:<name>                      string  a key that all processes share; for ever
    kefu:{rate:<name>}:gone                 list    ms of each going under a rate; as long as it counts
    kefu:{rate:<name>}:line                 zset    who waits for a turn → ms of their place; RedisRates
    kefu:{rate:<name>}:rest                 string  nobody's turn comes; as long as the other side said
"""

from __future__ import annotations

import zlib
from typing import Final

from bot.store import bounds
from bot.types import Conversation, Work

PARTITIONS: Final = 16
"""Fixed: a conversation must be found where it was left. Spreads load over up to 16 cluster masters."""

DEAD_KNOWN: Final = "kefu:dead-known"
DEAD_TELLING: Final = "kefu:dead-telling"
FEED_CHANNEL: Final = "kefu:feed"
"""Pub/sub channel: the conversation whose feed has something new."""


def partitions() -> range:
    """All of them, for work that belongs to no one conversation."""
    return range(PARTITIONS)


def _tag(partition: int) -> str:
    return f"kefu:{{{partition:02d}}}"


def partition(conversation: Conversation) -> int:
    """Where a conversation lives."""
    return zlib.crc32(str(conversation).encode()) % PARTITIONS


def schedule(number: int, work: Work) -> str:
    """The conversations of a partition that need this work, by when."""
    return f"{_tag(number)}:schedule:{work}"


def line(number: int) -> str:
    """The tenants of a partition that have conversations ready."""
    return f"{_tag(number)}:line"


def row(number: int, tenant: str) -> str:
    """Those of a tenant's conversations that are ready."""
    return f"{line(number)}:{tenant}"


def turns(number: int) -> str:
    """What the tenants of a partition had."""
    return f"{_tag(number)}:turns"


def waiting(number: int) -> list[str]:
    """Where conversations stand while they wait for an answer, in the order in which the scripts name it."""
    return [schedule(number, Work.ANSWER), line(number), turns(number)]


def parked(number: int) -> str:
    """The conversations of a partition that wait for what is away."""
    return f"{_tag(number)}:parked"


def fence(number: int) -> str:
    """A partition's counter of leases."""
    return f"{_tag(number)}:fence"


def beginning(number: int, kind: str) -> str:
    """What the keys of this kind begin with, in front of the conversation: for scripts that choose one."""
    return f"{_tag(number)}:{kind}:"


def journal(number: int) -> str:
    """A partition's journal."""
    return f"{_tag(number)}:journal"


def opinions(number: int) -> str:
    """What the customers of a partition think of replies."""
    return f"{_tag(number)}:opinions"


def undecodable(number: int) -> str:
    """What could not be read in a partition."""
    return f"{_tag(number)}:undecodable"


def people(number: int) -> str:
    """The conversations of a partition that people have, by when the bot takes them back."""
    return f"{_tag(number)}:people"


def bells(number: int) -> str:
    """Those that people should be told of, by when."""
    return f"{_tag(number)}:bells"


def dead(number: int, tenant: str) -> list[str]:
    """What a tenant's conversations of a partition had to give up: since when, and what."""
    return [f"{_tag(number)}:{kind}:{tenant}" for kind in ("dead", "letters")]


def token(key: str) -> str:
    """An access token."""
    return f"kefu:token:{key}"


def token_lock(key: str) -> str:
    """Held by the one process that fetches it."""
    return f"kefu:token-lock:{key}"


def stream(id_: str) -> str:
    """A reply that the platform fetches."""
    return f"kefu:stream:{id_}"


def mark(name: str) -> str:
    """That something was done."""
    return f"kefu:mark:{name}"


def answer(tenant: str, key: str) -> str:
    """The place of an answer that may be given again. `key`: of hexadecimal digits."""
    return f"kefu:answer:{tenant}:{int(key[:8], 16) % bounds.ANSWERS_MOST}"


def embedding(hash_: bytes) -> str:
    """The place of a question's vector."""
    return f"kefu:embedding:{int.from_bytes(hash_[:4]) % bounds.EMBEDDINGS_MOST}"


def gaps(tenant: str) -> str:
    """What a tenant's knowledge lacks."""
    return f"kefu:gaps:{tenant}"


def presence(role: str) -> str:
    """Who is alive in this role."""
    return f"kefu:presence:{role}"


def secret(name: str) -> str:
    """A key shared by all processes."""
    return f"kefu:secret:{name}"


def rate(name: str) -> list[str]:
    """What is counted under a rate, in the order in which its scripts name it."""
    return [f"kefu:{{rate:{name}}}:{kind}" for kind in ("gone", "line", "rest")]


class _Own:
    """A key of one conversation, put together when it is asked for."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __get__(self, keys: Keys, _: type[Keys]) -> str:
        return keys.own(self._kind)


class Keys:
    """The keys of one conversation."""

    inbox = _Own("inbox")
    greeted = _Own("greeted")
    history = _Own("history")
    attempts = _Own("attempts")
    outbox = _Own("outbox")
    sending = _Own("sending")
    quiet = _Own("quiet")
    sent = _Own("sent")
    wake = _Own("wake")
    cursor = _Own("cursor")
    feed = _Own("feed")
    draft = _Own("draft")
    person = _Own("person")
    ends = _Own("ends")
    judged = _Own("judged")
    bases = _Own("bases")
    parking = _Own("parking")

    def __init__(self, conversation: Conversation) -> None:
        self.name = str(conversation)
        self.partition = partition(conversation)
        self._tag = _tag(self.partition)

    @property
    def fence(self) -> str:
        """The partition's counter of leases."""
        return fence(self.partition)

    @property
    def line(self) -> list[str]:
        """Where it stands while it waits for an answer."""
        return waiting(self.partition)

    @property
    def parked(self) -> str:
        """Where it stands among those that wait for what is away."""
        return parked(self.partition)

    @property
    def people(self) -> str:
        """Where it stands among those that people have."""
        return people(self.partition)

    @property
    def bells(self) -> str:
        """Where it stands among those that people should be told of."""
        return bells(self.partition)

    @property
    def journal(self) -> str:
        """The partition's journal."""
        return journal(self.partition)

    @property
    def opinions(self) -> str:
        """The partition's opinions."""
        return opinions(self.partition)

    @property
    def undecodable(self) -> str:
        """The partition's values that could not be read."""
        return undecodable(self.partition)

    def own(self, kind: str) -> str:
        """A key of this kind."""
        return f"{self._tag}:{kind}:{self.name}"

    def seen(self, message_id: str) -> str:
        """The mark of a stored message."""
        return f"{self.own('seen')}:{message_id}"

    def done(self, reply: str) -> str:
        """The mark of what somebody, or somebody's time, brought about."""
        return f"{self.own('done')}:{reply}"

    def delivered(self, reply: str) -> str:
        """A reply that its platform took."""
        return f"{self.own('delivered')}:{reply}"

    def fed(self, key: str) -> str:
        """The mark of a published feed event."""
        return f"{self.own('fed')}:{key}"

    def lease(self, work: Work) -> str:
        """Who may do this work."""
        return self.own(f"lease:{work}")

    def hold(self, work: Work) -> str:
        """Nobody may, until it is gone."""
        return self.own(f"hold:{work}")

    def schedule(self, work: Work) -> str:
        """Where the conversation stands in line."""
        return schedule(self.partition, work)

    def queue(self, work: Work) -> str:
        """What the work is done on."""
        return {Work.ANSWER: self.inbox, Work.DELIVER: self.outbox, Work.PULL: self.wake}[work]
