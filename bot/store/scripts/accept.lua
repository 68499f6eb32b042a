-- Store a message once, and put its conversation in line for an answer.
-- KEYS 1 seen      string   the message's mark
--      2 inbox     list     messages, oldest first
--      3 schedule  zset     conversation → ms when the sweeper should look
--      4 sent      zset     part sent since the customer last wrote → unix s
-- ARGV 1 message (JSON)  2 life of the mark, s  3 conversation  4 grace, ms  5 most messages waiting
--      6 unix s before which a part was surely sent before the customer wrote this
-- Returns stored | repeated | full.
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 'repeated'
end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[5]) then
  return 'full'
end
redis.call('SET', KEYS[1], '1', 'EX', ARGV[2])
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', '(' .. ARGV[6])
-- NX: a conversation already in line keeps its place, be it under a lease or waiting for a retry.
redis.call('ZADD', KEYS[3], 'NX', now() + tonumber(ARGV[4]), ARGV[3])
return 'stored'
