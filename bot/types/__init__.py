"""The values that travel from a customer's message to the platform's receipt.

All are frozen: a step that changes one returns a new one. All but `Turn` cross process borders as JSON
(`bot.store.codec`), so their fields are plain.
"""

from bot.types.basis import Basis, Ground, Judged
from bot.types.changed import changed
from bot.types.dead import APOLOGISED, DeadLetter
from bot.types.delivery import Delivery, DeliveryState, GiveUp, Opinion, Receipt, Reply, RetryAt
from bot.types.gap import Gap
from bot.types.intent import SMALL_TALK, Guess, Intent
from bot.types.message import SIGNED, Acceptance, Address, Conversation, Ignored, Media, Message
from bot.types.people import Attended, HandOver, Missed
from bot.types.question import Question, Recalled
from bot.types.rate import Rate
from bot.types.slots import NO_SLOTS, Slots
from bot.types.tool import ToolEnd, ToolUse
from bot.types.turn import Answer, Checked, Image, Outcome, Passage, Said, Speaker, Summary, Turn
from bot.types.waiting import CalledBack, LongWait, Row, Standing
from bot.types.work import Claim, Committed, Lease, Newer, Outgoing, Pull, Taken, Work

__all__ = [
    "APOLOGISED",
    "NO_SLOTS",
    "SIGNED",
    "SMALL_TALK",
    "Acceptance",
    "Address",
    "Answer",
    "Attended",
    "Basis",
    "CalledBack",
    "Checked",
    "Claim",
    "Committed",
    "Conversation",
    "DeadLetter",
    "Delivery",
    "DeliveryState",
    "Gap",
    "GiveUp",
    "Ground",
    "Guess",
    "HandOver",
    "Ignored",
    "Image",
    "Intent",
    "Judged",
    "Lease",
    "LongWait",
    "Media",
    "Message",
    "Missed",
    "Newer",
    "Opinion",
    "Outcome",
    "Outgoing",
    "Passage",
    "Pull",
    "Question",
    "Rate",
    "Recalled",
    "Receipt",
    "Reply",
    "RetryAt",
    "Row",
    "Said",
    "Slots",
    "Speaker",
    "Standing",
    "Summary",
    "Taken",
    "ToolEnd",
    "ToolUse",
    "Turn",
    "Work",
    "changed",
]
