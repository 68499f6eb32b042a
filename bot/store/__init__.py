"""The truth about messages, in Redis (or Valkey): inbox, outbox, leases, history, journal.

Every change that must not be torn is one Lua script (`scripts/`). Celery's messages are only nudges.
"""
