-- Take the lease on one kind of work for one conversation.
-- KEYS 1 lease     string   fence of the holder
--      2 hold      string   a retry is due later
--      3 schedule  zset     conversation → ms when the sweeper should look
--      4 fence     string   counter
-- ARGV 1 conversation  2 life, ms  3 grace, ms
-- Returns the fence; nil when it is held, on hold, or there is nothing to do.
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 or not redis.call('ZSCORE', KEYS[3], ARGV[1]) then
  return nil
end
local fence = redis.call('INCR', KEYS[4])
redis.call('SET', KEYS[1], fence, 'PX', ARGV[2])
-- Should the holder die, the sweeper finds the conversation once the lease is over.
redis.call('ZADD', KEYS[3], now() + ARGV[2] + ARGV[3], ARGV[1])
return fence
