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
    kefu:{07}:summary:<conversation>        string  what was said first, in few words; HISTORY_S
    kefu:{07}:summing:<conversation>        string  somebody sums it up; as long as they want
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
    kefu:presence:<role>                    zset    process → unix seconds it was last seen; presence.ALIVE_S
    kefu:ping                               string  the store can be written; PING_S
    kefu:stream:<id>                        hash    until, shown, text, taken, closed of a reply; STREAM_S
    kefu:dead-known                         zset    letter and its ms → ms: operators know it; DEAD_S
    kefu:dead-telling                       string  somebody tells them; as long as they want no other word
    kefu:answer:<tenant>:<place>            string  an answer that may fit again; ANSWERS_MOST
    kefu:{alike:<tenant>:<place>}:<number>  string  an answer with its question; ALIKE_MOST, ALIKE_EACH
    kefu:embedding:<place>                  string  hash and vector of a question; EMBEDDINGS_MOST
    kefu:gaps:<tenant>                      stream  questions without a good answer; GAPS_LEN
    kefu:missed:<tenant>                    stream  who wanted a person and got none; MISSED_LEN
    kefu:mark:<mark>                        string  this was done; as long as whoever left it says
    kefu:secret:<name>                      string  a key that all processes share; for ever
    kefu:{rate:<name>}:gone                 list    ms of each going under a rate; as long as it counts
    kefu:{rate:<name>}:line                 zset    who waits for a turn → ms of their place; RedisRates
    kefu:{rate:<name>}:rest                 string  nobody's turn comes; as long as the other side said
"""

from bot.store.keys.of_all import (
    DEAD_KNOWN,
    DEAD_TELLING,
    FEED_CHANNEL,
    PING,
    alike,
    answer,
    embedding,
    gaps,
    mark,
    missed,
    presence,
    rate,
    secret,
    stream,
    token,
    token_lock,
)
from bot.store.keys.of_conversation import Keys
from bot.store.keys.of_partition import (
    PARTITIONS,
    beginning,
    bells,
    dead,
    fence,
    journal,
    line,
    opinions,
    parked,
    partition,
    partitions,
    people,
    row,
    schedule,
    turns,
    undecodable,
    waiting,
)

__all__ = [
    "DEAD_KNOWN",
    "DEAD_TELLING",
    "FEED_CHANNEL",
    "PARTITIONS",
    "PING",
    "Keys",
    "alike",
    "answer",
    "beginning",
    "bells",
    "dead",
    "embedding",
    "fence",
    "gaps",
    "journal",
    "line",
    "mark",
    "missed",
    "opinions",
    "parked",
    "partition",
    "partitions",
    "people",
    "presence",
    "rate",
    "row",
    "schedule",
    "secret",
    "stream",
    "token",
    "token_lock",
    "turns",
    "undecodable",
    "waiting",
]
