-- The bot has the conversation again, and a reply says so.
-- KEYS 1 person  2 outbox  3 schedule of deliveries  4 history  5 journal  6 people  7 bells
-- ARGV 1 conversation  2 grace, ms  3 reply's id  4 reply (JSON)  5 line (JSON)
--      6 lines of history kept  7 life of history, s  8 journal's length
--      9 1: only if the person's time is over; 0: only if it is not  10 who
-- Returns 1, or 0 when that is not so.
if redis.call('HGET', KEYS[1], 'done') == ARGV[3] then -- a repeated script (see commit.lua)
  return 1
end
local back = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
if back == 0 then
  return 0
end
if (back <= now()) ~= (ARGV[9] == '1') then
  redis.call('ZADD', KEYS[6], back, ARGV[1])
  return 0
end
redis.call('HSET', KEYS[1], 'done', ARGV[3], 'until', 0)
redis.call('ZREM', KEYS[6], ARGV[1])
redis.call('ZREM', KEYS[7], ARGV[1])

redis.call('RPUSH', KEYS[2], ARGV[4])
redis.call('ZADD', KEYS[3], 'NX', now() + tonumber(ARGV[2]), ARGV[1])
remember(KEYS[4], { ARGV[5] }, ARGV[6], ARGV[7])
redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[8], '*', 'kind', 'taken_back', 'who', ARGV[10], 'data', ARGV[4])
return 1
