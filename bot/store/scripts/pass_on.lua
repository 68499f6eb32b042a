-- A person has the conversation: its messages off the inbox, into the history and the journal, for them. What is
-- left is ready when the lease is given back.
-- KEYS 1 lease  2 inbox  3 outbox  4 history  5 attempts  6 schedule of answers  7 schedule of deliveries
--      8 journal  9 person  10 bells
-- ARGV 1 fence  2 conversation  3 grace, ms  4 id of the first message  5 how many messages
--      6 lines of history kept  7 life of history, s  8 journal's length
--      9 address (JSON)  10 1: people are to be told  11 ms from one telling to the next
--      12 record (JSON)  13 how many lines were said  14… those lines (JSON), then replies (JSON), oldest first
-- Returns 1, or 0 when nobody has it any more and nothing was moved; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
if head_id(KEYS[2]) ~= ARGV[4] then -- a repeated script (see commit.lua)
  return 1
end
if not attended(KEYS[9]) then
  return 0
end
redis.call('XADD', KEYS[8], 'MAXLEN', '~', ARGV[8], '*', 'kind', 'passed_on', 'data', ARGV[12])
redis.call('LTRIM', KEYS[2], ARGV[5], -1)
redis.call('DEL', KEYS[5])

local first_reply = 14 + tonumber(ARGV[13])
remember(KEYS[4], { unpack(ARGV, 14, first_reply - 1) }, ARGV[6], ARGV[7])
for i = first_reply, #ARGV do
  redis.call('RPUSH', KEYS[3], ARGV[i])
  redis.call('ZADD', KEYS[7], 'NX', now() + tonumber(ARGV[3]), ARGV[2])
end

redis.call('HSET', KEYS[9], 'address', ARGV[9], 'said', now())
redis.call('HSETNX', KEYS[9], 'waits', now())
redis.call('HINCRBY', KEYS[9], 'messages', ARGV[5])
if ARGV[10] == '1' then
  local rested = (redis.call('HGET', KEYS[9], 'rung') or 0) + ARGV[11]
  redis.call('ZADD', KEYS[10], 'NX', math.max(now(), rested), ARGV[2])
end
return 1
