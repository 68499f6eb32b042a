-- A turn did not work out: count the attempt, leave the messages, try again later. It ends the lease.
-- KEYS 1 lease  2 attempts  3 schedule of answers
-- ARGV 1 fence  2 conversation  3 delay, ms  4 life of the count, s
--      5 attempts with this one: a number, as a repeated script (see commit.lua) must not count it twice
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return redis.call('EXISTS', KEYS[1]) == 0 and redis.call('GET', KEYS[2]) == ARGV[5] and 1 or nil
end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], ARGV[5], 'EX', ARGV[4])
redis.call('ZADD', KEYS[3], now() + ARGV[3], ARGV[2])
return 1
