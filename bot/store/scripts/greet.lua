-- Welcome somebody, once in a while, and not while a person talks with them.
-- KEYS 1 greeted   string   id of the reply that the conversation was welcomed with
--      2 outbox    list     replies, oldest first
--      3 schedule  zset     conversation → ms when the sweeper should look
--      4 person    hash     who has the conversation
-- ARGV 1 reply (JSON)  2 life of the mark, s  3 conversation  4 grace, ms  5 reply's id
-- Returns 1, or 0 when that was done already.
if redis.call('GET', KEYS[1]) == ARGV[5] then -- a repeated script (see commit.lua)
  return 1
end
if attended(KEYS[4]) then
  return 0
end
if not redis.call('SET', KEYS[1], ARGV[5], 'NX', 'EX', ARGV[2]) then
  return 0
end
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[3], 'NX', now() + tonumber(ARGV[4]), ARGV[3])
return 1
