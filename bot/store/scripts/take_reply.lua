-- Take the lease on delivering in a conversation, and the reply to begin with.
-- KEYS 1 lease  2 hold  3 schedule of deliveries  4 fence  5 outbox  6 sending  7 sent  8 inbox
-- ARGV 1 conversation  2 life, ms  3 grace, ms  4 most replies in one
--      5 token: the same when a client repeats the script
-- Returns {fence, what `head_of` does}; nil when it is held, on hold, or there is nothing to do.
local fence, token = (redis.call('GET', KEYS[1]) or ''):match('^(%d+) (.+)$')
if token == ARGV[5] then -- a repeated script: else nobody would hold what this one was given
  return { tonumber(fence), head_of(KEYS[5], KEYS[6], KEYS[7], KEYS[8], ARGV[4]) }
end
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then
  return nil
end
if redis.call('EXISTS', KEYS[5]) == 0 then
  redis.call('ZREM', KEYS[3], ARGV[1])
  return nil
end
fence = redis.call('INCR', KEYS[4])
redis.call('SET', KEYS[1], fence .. ' ' .. ARGV[5], 'PX', ARGV[2])
-- Should the holder die, the sweeper finds the conversation once the lease is over.
redis.call('ZADD', KEYS[3], now() + ARGV[2] + ARGV[3], ARGV[1])
return { fence, head_of(KEYS[5], KEYS[6], KEYS[7], KEYS[8], ARGV[4]) }
