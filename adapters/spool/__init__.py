"""The doors' own memory on the disk, for as long as the store can't take anything.

    door ──► keep: the store, within a second ──► 200
                   │ it is away                   ▲
                   └──► the spool (fsync) ────────┘
             replay: the spool, oldest first ──► the store

While the spool holds anything, what comes in goes behind it: so each customer stays in order.
"""
