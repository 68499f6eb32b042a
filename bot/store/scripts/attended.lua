-- Whether a person has a conversation, or it waits for one.
-- KEYS 1 person    hash     who has the conversation
-- Returns 1 or 0.
return attended(KEYS[1]) and 1 or 0
