-- The bot has the conversation again, and a reply says so.
-- KEYS 1 person  2 outbox  3 schedule of deliveries  4 history  5 journal  6 people  7 bells  8 done
-- ARGV 1 conversation  2 grace, ms  3 since when a person was to have it, ms  4 reply (JSON)  5 line (JSON)
--      6 lines of history kept  7 life of history, s  8 record (JSON)  9 journal's length  10 life of done, s
--      11 1: only if the person's time is over; 0: only if it is not
-- Returns 1, or 0 when that is not so, or another hand-over came since.
if redis.call('EXISTS', KEYS[8]) == 1 then -- a repeated script (see commit.lua)
  return 1
end
local back = tonumber(redis.call('HGET', KEYS[1], 'until')) or 0
if back == 0 or not is_of(KEYS[1], ARGV[3]) then
  return 0
end
if (back <= now()) ~= (ARGV[11] == '1') then
  redis.call('ZADD', KEYS[6], back, ARGV[1])
  return 0
end
redis.call('SET', KEYS[8], '1', 'EX', ARGV[10])
redis.call('HSET', KEYS[1], 'until', 0)
redis.call('ZREM', KEYS[6], ARGV[1])
redis.call('ZREM', KEYS[7], ARGV[1])

redis.call('RPUSH', KEYS[2], ARGV[4])
redis.call('ZADD', KEYS[3], 'NX', now() + tonumber(ARGV[2]), ARGV[1])
remember(KEYS[4], { ARGV[5] }, ARGV[6], ARGV[7])
redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[9], '*', 'kind', 'taken_back', 'data', ARGV[8])
return 1
