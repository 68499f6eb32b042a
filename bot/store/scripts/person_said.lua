-- A person speaks in a conversation that they have: reply out, history on, journal on, their time begins anew.
-- KEYS 1 person  2 outbox  3 schedule of deliveries  4 history  5 journal  6 people  7 bells
-- ARGV 1 conversation  2 grace, ms  3 reply's id  4 reply (JSON)  5 line (JSON)
--      6 lines of history kept  7 life of history, s  8 journal's length
--      9 ms until the bot takes it back  10 life beyond that time, ms  11 who
-- Returns 1, or 0 when nobody has it.
if redis.call('HGET', KEYS[1], 'done') == ARGV[3] then -- a repeated script (see commit.lua)
  return 1
end
if not attended(KEYS[1]) then
  return 0
end
local back = now() + ARGV[9]
redis.call('HSET', KEYS[1], 'done', ARGV[3], 'until', back, 'who', ARGV[11],
  'told', redis.call('HGET', KEYS[1], 'messages'), 'attempts', 0)
redis.call('HDEL', KEYS[1], 'waits')
redis.call('PEXPIRE', KEYS[1], ARGV[9] + ARGV[10])
redis.call('ZADD', KEYS[6], back, ARGV[1])
redis.call('ZREM', KEYS[7], ARGV[1]) -- they know

redis.call('RPUSH', KEYS[2], ARGV[4])
redis.call('ZADD', KEYS[3], 'NX', now() + tonumber(ARGV[2]), ARGV[1])
remember(KEYS[4], { ARGV[5] }, ARGV[6], ARGV[7])
redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[8], '*', 'kind', 'person_said', 'who', ARGV[11], 'data', ARGV[4])
return 1
