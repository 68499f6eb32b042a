-- Somebody hears that it takes a while: once until they are answered, and not while a person has the conversation.
-- KEYS 1 row    zset    see long_waits.lua
--      2 inbox  3 outbox  4 schedule of deliveries  5 person  6 sent
--      7 done   string  they heard it
-- ARGV 1 reply (JSON)  2 conversation  3 grace, ms  4 id of the first message that waits  5 life of done, s
--      6 1: only if nothing was sent since the customer wrote
-- Returns 1, or 0 when they heard it, or need not.
if redis.call('EXISTS', KEYS[7]) == 1 or not redis.call('ZSCORE', KEYS[1], ARGV[2]) or attended(KEYS[5])
    or head_id(KEYS[2]) ~= ARGV[4] or (ARGV[6] == '1' and redis.call('ZCARD', KEYS[6]) > 0) then
  return 0
end
redis.call('SET', KEYS[7], '1', 'EX', ARGV[5])
redis.call('RPUSH', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[4], 'NX', now() + tonumber(ARGV[3]), ARGV[2])
return 1
