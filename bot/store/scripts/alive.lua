-- Which processes were heard of lately.
-- KEYS 1 presence  zset: what a process says of itself → unix s
-- ARGV 1 how long that holds, ms
-- Returns what each says of itself (JSON), the newest last.
return redis.call('ZRANGEBYSCORE', KEYS[1], (now() - ARGV[1]) / 1000, '+inf')
