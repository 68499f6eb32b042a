-- Something is given up: onto the list of those who can mend it. Once, and since the first time.
-- KEYS 1 lease  2 dead  zset: reply → ms since when   3 letters  hash: reply → itself, and why
-- ARGV 1 fence  2 reply's id  3 letter (JSON)  4 life, ms  5 most letters kept
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
redis.call('ZADD', KEYS[2], 'NX', now(), ARGV[2])
redis.call('HSET', KEYS[3], ARGV[2], ARGV[3])
local function forget(those)
  for _, id in ipairs(those) do
    redis.call('ZREM', KEYS[2], id)
    redis.call('HDEL', KEYS[3], id)
  end
end
forget(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now() - ARGV[4]))
forget(redis.call('ZRANGE', KEYS[2], 0, -ARGV[5] - 1))
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PEXPIRE', KEYS[3], ARGV[4])
return 1
