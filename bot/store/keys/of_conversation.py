"""The keys of one conversation, and of where it stands."""

from __future__ import annotations

from bot.store.keys import of_partition
from bot.types import Conversation, Work


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
    summary = _Own("summary")
    summing = _Own("summing")
    parking = _Own("parking")

    def __init__(self, conversation: Conversation) -> None:
        self.name = str(conversation)
        self.partition = of_partition.of_name(self.name)
        self._tag = of_partition.tag(self.partition)

    @property
    def fence(self) -> str:
        """The partition's counter of leases."""
        return of_partition.fence(self.partition)

    @property
    def line(self) -> list[str]:
        """Where it stands while it waits for an answer."""
        return of_partition.waiting(self.partition)

    @property
    def parked(self) -> str:
        """Where it stands among those that wait for what is away."""
        return of_partition.parked(self.partition)

    @property
    def people(self) -> str:
        """Where it stands among those that people have."""
        return of_partition.people(self.partition)

    @property
    def bells(self) -> str:
        """Where it stands among those that people should be told of."""
        return of_partition.bells(self.partition)

    @property
    def journal(self) -> str:
        """The partition's journal."""
        return of_partition.journal(self.partition)

    @property
    def opinions(self) -> str:
        """The partition's opinions."""
        return of_partition.opinions(self.partition)

    @property
    def undecodable(self) -> str:
        """The partition's values that could not be read."""
        return of_partition.undecodable(self.partition)

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
        return of_partition.schedule(self.partition, work)

    def queue(self, work: Work) -> str:
        """What the work is done on."""
        return {Work.ANSWER: self.inbox, Work.DELIVER: self.outbox, Work.PULL: self.wake}[work]
