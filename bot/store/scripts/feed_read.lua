-- What a visitor sees, in one look: a draft is never read beside the event that took its place.
-- KEYS 1 feed  stream   2 draft  hash: key, kind, data
-- ARGV 1 the first id that is wanted, as XRANGE takes it
-- Returns {entries, {kind, data} of the draft, or two nils}.
return { redis.call('XRANGE', KEYS[1], ARGV[1], '+'), redis.call('HMGET', KEYS[2], 'kind', 'data') }
