"""How long things are kept in the store, and how many of them at most: so it has an end.

What has no bound here has one by its nature: what waits is worked off, and its keys end with it.
The keys themselves, and which bound is whose: `bot.store.keys`.
"""

from __future__ import annotations

from typing import Final

SEEN_S: Final = 4 * 24 * 3600
"""Platforms repeat a delivery within minutes; but WeCom kf lets one fetch the last three days again."""
HISTORY_S: Final = 24 * 3600
ATTEMPTS_S: Final = 24 * 3600
PARKED_S: Final = 48 * 3600
"""Twice what a tenant may let a question wait: its retries may come behind that."""
SENT_S: Final = 48 * 3600
"""As long as the longest window in which a platform counts (WeCom kf)."""
GREETED_S: Final = 24 * 3600
QUIET_MS: Final = 120_000
"""Longer than any quiet time; what is forgotten in a longer turn is begun at once after it."""
TOOK_MS: Final = 30_000
"""Within that a client has repeated a script whose answer it did not get, or has given it up."""
SPARE_MS: Final = 3000
"""It is said anew each second, while it is so."""
FOUND_MS: Final = 3_600_000
"""Beyond the last finding: whoever still waits then may be found again, and hears nothing twice (HEARD_S)."""
PERSON_S: Final = 24 * 3600
"""Beyond a person's time: for taking the conversation back after an outage of all workers."""
FEED_S: Final = 3 * 24 * 3600
DRAFT_S: Final = 120
"""A reply takes its place within seconds; this is for one that has to be tried again."""
STREAM_S: Final = 3600
"""As long as WeCom takes an answer to a message by any way (WeCom doc 101138)."""
ENDS_KEPT: Final = 50
DONE_S: Final = 3600
"""A client repeats a script within seconds."""
PING_S: Final = 60
HEARD_S: Final = 24 * 3600
"""Who waits for so long has given up long ago."""
JOURNAL_LEN: Final = 4_000
"""Of a partition, and each of `records.ENTRY_BYTES` at most: 256 MB in all, and as a rule a tenth of that."""
BASES_KEPT: Final = 10
"""Of one conversation, and each of `bases.BASIS_BYTES` at most; as a rule one has 1 kB. Nobody judges older
answers, and the store has them no longer than the dialogue itself."""
OPINIONS_LEN: Final = 1_000
"""Of a partition, and each of `opinions.OPINION_BYTES` at most, and of `bases.BASIS_BYTES`: 128 MB in all.
Customers decide how many there are, so they stand apart from the journal."""
JUDGED_MOST: Final = 100
"""Replies that one conversation may judge in JUDGED_S: nobody judges that many, and ids can be made up."""
JUDGED_S: Final = 7 * 24 * 3600
UNDECODABLE_LEN: Final = 100
"""Of a partition. The longest message has some 80 kB: 128 MB in all, should all of them be that long."""
KEPT_S: Final = 30 * 24 * 3600
"""What is older leaves the streams within an hour, while a worker runs."""
DEAD_S: Final = 7 * 24 * 3600
"""Long enough for a weekend; what is older helps no customer."""
DEAD_MOST: Final = 200
"""Of one tenant in one partition, so that nobody's trouble fills the store or hides another's. As a rule a
letter has one or two kB: 6 MB for a tenant whose platform refuses everything."""
DELIVERED_S: Final = 3600
"""Who is told within that time that it did not arrive can still be given it by hand."""
ANSWERS_MOST: Final = 4096
"""Of one tenant, and each of ANSWER_BYTES at most: 16 MB, and as a rule a fifth of that."""
ANSWER_BYTES: Final = 4096
ALIKE_MOST: Final = 512
"""Of one tenant, and each of ALIKE_EACH answers of ALIKE_BYTES at most: 25 MB, and as a rule half of that."""
ALIKE_EACH: Final = 8
"""They are read in one go: 20 kB with the bundled model."""
ALIKE_BYTES: Final = 6144
EMBEDDINGS_MOST: Final = 8192
"""Of all tenants. One of the bundled model has 800 bytes, of a large one 5 kB: 7 to 45 MB."""
EMBEDDING_BYTES: Final = 8192
EMBEDDING_S: Final = 24 * 3600
MISSED_LEN: Final = 1_000
"""Of one tenant; each has three lines of 200 characters at most: 2 MB."""
MISSED_DAYS: Final = 7
"""As long as dead letters: enough for a weekend and a holiday."""
GAPS_LEN: Final = 5_000
"""Of one tenant; each has a question of 200 characters and a title: 5 MB at most."""
