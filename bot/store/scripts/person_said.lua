-- A person speaks in a conversation that they have: reply out, history on, journal on, their time begins anew.
-- KEYS 1 person  2 outbox  3 schedule of deliveries  4 history  5 journal  6 people  7 bells  8 done
-- ARGV 1 conversation  2 grace, ms  3 since when a person has it, ms  4 reply (JSON)  5 line (JSON)
--      6 lines of history kept  7 life of history, s  8 record (JSON)  9 journal's length  10 life of done, s
--      11 ms until the bot takes it back  12 life beyond that time, ms  13 who
-- Returns 1, or 0 when nobody has it, or another hand-over came since.
if redis.call('EXISTS', KEYS[8]) == 1 then -- a repeated script (see commit.lua), whatever was said since
  return 1
end
if not attended(KEYS[1]) or not is_of(KEYS[1], ARGV[3]) then
  return 0
end
redis.call('SET', KEYS[8], '1', 'EX', ARGV[10])
local back = now() + ARGV[11]
redis.call('HSET', KEYS[1], 'until', back, 'who', ARGV[13], 'told', redis.call('HGET', KEYS[1], 'messages'),
  'attempts', 0)
redis.call('HDEL', KEYS[1], 'waits')
redis.call('PEXPIRE', KEYS[1], ARGV[11] + ARGV[12])
redis.call('ZADD', KEYS[6], back, ARGV[1])
redis.call('ZREM', KEYS[7], ARGV[1]) -- they know

redis.call('RPUSH', KEYS[2], ARGV[4])
redis.call('ZADD', KEYS[3], 'NX', now() + tonumber(ARGV[2]), ARGV[1])
remember(KEYS[4], { ARGV[5] }, ARGV[6], ARGV[7])
redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[9], '*', 'kind', 'person_said', 'data', ARGV[8])
return 1
