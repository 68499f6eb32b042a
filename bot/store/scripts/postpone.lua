-- The platform would not take a part now, or was not asked: try again later.
-- KEYS 1 lease  2 sending  3 hold  4 schedule
-- ARGV 1 fence  2 conversation  3 delay, ms  4 error  5 attempts by now (see put_back.lua)
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
redis.call('HSET', KEYS[2], 'attempts', ARGV[5], 'error', ARGV[4])
redis.call('SET', KEYS[3], '1', 'PX', ARGV[3])
redis.call('ZADD', KEYS[4], now() + ARGV[3], ARGV[2])
return 1
