-- A delivery is over, well or not: its reply (or replies, see head.lua) off the outbox, into the journal.
-- KEYS 1 lease  2 outbox  3 sending  4 schedule  5 journal  6 ends
-- ARGV 1 fence  2 conversation  3 grace, ms  4 reply's id  5 record (JSON)  6 journal's length
--      7 1: people want to know  8 most ends kept  9 their life, s
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
-- A repeated script (see commit.lua) must not take the next reply off.
if head_id(KEYS[2]) ~= ARGV[4] then
  return 1
end
redis.call('LTRIM', KEYS[2], tonumber(redis.call('HGET', KEYS[3], 'replies') or 1), -1)
redis.call('DEL', KEYS[3])
reschedule(KEYS[4], KEYS[2], ARGV[2], tonumber(ARGV[3]))
redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[6], '*', 'kind', 'delivery', 'data', ARGV[5])
if ARGV[7] == '1' then
  redis.call('LPUSH', KEYS[6], ARGV[5])
  redis.call('LTRIM', KEYS[6], 0, ARGV[8] - 1)
  redis.call('EXPIRE', KEYS[6], ARGV[9])
end
return 1
