-- A fetch did not work out: count the attempt, try again later.
-- KEYS 1 lease  2 attempts  3 hold  4 schedule
-- ARGV 1 fence  2 conversation  3 delay, ms  4 life of the count, s
--      5 attempts with this one: a number, as a repeated script (see commit.lua) must not count it twice
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
redis.call('SET', KEYS[2], ARGV[5], 'EX', ARGV[4])
redis.call('SET', KEYS[3], '1', 'PX', ARGV[3])
redis.call('ZADD', KEYS[4], now() + ARGV[3], ARGV[2])
return 1
