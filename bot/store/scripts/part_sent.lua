-- The platform took one more part of the reply at the head of the outbox.
-- KEYS 1 lease  2 sending  3 journal  4 sent: part since the customer last wrote → unix s
-- ARGV 1 fence  2 next part  3 receipt (JSON)  4 journal's length  5 life of the count, s
--      6 the part's name  7 unix s it was sent
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
-- A repeated script (see commit.lua) must not count a part twice.
if tonumber(redis.call('HGET', KEYS[2], 'part') or 0) >= tonumber(ARGV[2]) then
  return 1
end
redis.call('HSET', KEYS[2], 'part', ARGV[2], 'attempts', 0)
redis.call('ZADD', KEYS[4], ARGV[7], ARGV[6])
redis.call('EXPIRE', KEYS[4], ARGV[5])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[4], '*', 'kind', 'part_sent', 'data', ARGV[3])
return 1
