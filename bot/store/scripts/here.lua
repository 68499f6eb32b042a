-- A process is here, and says how it is. Who was not heard of for long is forgotten.
-- KEYS 1 presence  zset: what a process says of itself → unix s
-- ARGV 1 what it says (JSON)  2 what it said last; empty: nothing  3 how long that holds, ms
-- Returns 1.
if ARGV[2] ~= ARGV[1] then
  redis.call('ZREM', KEYS[1], ARGV[2])
end
redis.call('ZADD', KEYS[1], now() / 1000, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', (now() - ARGV[3]) / 1000)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
