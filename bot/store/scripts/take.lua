-- Take the lease on one kind of work for one conversation.
-- KEYS 1 lease     string   fence of the holder, and the token that it was asked with
--      2 hold      string   a retry is due later
--      3 schedule  zset     conversation → ms when the sweeper should look
--      4 fence     string   counter
-- ARGV 1 conversation  2 life, ms  3 grace, ms  4 token: the same when a client repeats the script
-- Returns the fence; nil when it is held, on hold, or there is nothing to do.
local fence, token = (redis.call('GET', KEYS[1]) or ''):match('^(%d+) (.+)$')
if token == ARGV[4] then -- a repeated script: else nobody would hold what this one was given
  return tonumber(fence)
end
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 or not redis.call('ZSCORE', KEYS[3], ARGV[1]) then
  return nil
end
fence = redis.call('INCR', KEYS[4])
redis.call('SET', KEYS[1], fence .. ' ' .. ARGV[4], 'PX', ARGV[2])
-- Should the holder die, the sweeper finds the conversation once the lease is over.
redis.call('ZADD', KEYS[3], now() + ARGV[2] + ARGV[3], ARGV[1])
return fence
