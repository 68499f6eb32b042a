-- Welcome somebody, once in a while, and not while a person talks with them.
-- KEYS 1 greeted   string   the conversation was welcomed
--      2 outbox    list     replies, oldest first
--      3 schedule  zset     conversation → ms when the sweeper should look
--      4 person    hash     who has the conversation
-- ARGV 1 reply (JSON)  2 life of the mark, s  3 conversation  4 grace, ms
-- Returns 1, or 0 when that was done already.
if attended(KEYS[4]) then
  return 0
end
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[2]) then
  return 0
end
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[3], 'NX', now() + tonumber(ARGV[4]), ARGV[3])
return 1
