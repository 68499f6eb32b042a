-- A delivery is over, well or not: its reply (or replies, see take_reply.lua) off the outbox, into the journal, and
-- with it the receipt of its last part. When nothing is left it ends the lease.
-- KEYS 1 lease  2 outbox  3 sending  4 schedule  5 journal  6 ends
--      7 sent: part since the customer last wrote → unix s  8 delivered  string  the reply
-- ARGV 1 fence  2 conversation  3 grace, ms  4 reply's id  5 record (JSON)  6 journal's length
--      7 1: people want to know  8 most ends kept  9 their life, s
--      10 receipt of the last part (JSON); empty: there is none  11 that part's name  12 unix s it was sent
--      13 life of the count, s  14 the reply (JSON), where the platform may tell later that it could not bring it;
--      empty: it won't  15 its life, s
-- Returns 1 when replies are left, and the lease goes on, else 0; nil when the lease is lost.
-- A repeated script (see commit.lua) must not take the next reply off; and what is off is over, whoever did it.
if head_id(KEYS[2]) ~= ARGV[4] then
  return held(KEYS[1], ARGV[1]) and redis.call('EXISTS', KEYS[2]) or 0
end
if not held(KEYS[1], ARGV[1]) then
  return nil
end
-- A store that is full refuses what begins with a write that takes room. This gives some.
redis.call('LTRIM', KEYS[2], tonumber(redis.call('HGET', KEYS[3], 'replies') or 1), -1)
redis.call('DEL', KEYS[3])
if ARGV[10] ~= '' then
  redis.call('ZADD', KEYS[7], ARGV[12], ARGV[11])
  redis.call('EXPIRE', KEYS[7], ARGV[13])
  redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[6], '*', 'kind', 'part_sent', 'data', ARGV[10])
end
redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[6], '*', 'kind', 'delivery', 'data', ARGV[5])
if ARGV[7] == '1' then
  redis.call('LPUSH', KEYS[6], ARGV[5])
  redis.call('LTRIM', KEYS[6], 0, ARGV[8] - 1)
  redis.call('EXPIRE', KEYS[6], ARGV[9])
end
if ARGV[14] ~= '' then
  redis.call('SET', KEYS[8], ARGV[14], 'EX', ARGV[15])
end
local left = reschedule(KEYS[4], KEYS[2], ARGV[2], tonumber(ARGV[3]))
if left == 0 then
  redis.call('DEL', KEYS[1])
end
return left
