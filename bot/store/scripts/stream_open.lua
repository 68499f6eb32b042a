-- A reply will be fetched: polls are told to wait for it until then.
-- KEYS 1 stream  hash: until (ms), shown, text, taken, closed
-- ARGV 1 open for, ms  2 life, s
-- Returns 1. A repeated callback keeps the first one's time; a worker that was quicker keeps its text.
redis.call('HSETNX', KEYS[1], 'until', now() + ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
