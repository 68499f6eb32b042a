-- People were told of a conversation, or could not be.
-- KEYS 1 person  2 bells
-- ARGV 1 conversation  2 messages they were told of; -1: it did not work
--      3 ms until they are told again: of more messages, or of these  4 1: not again before there are more
-- Returns 1.
if not attended(KEYS[1]) then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return 1
end
local again = ARGV[4] == '0'
if ARGV[2] == '-1' then
  redis.call('HINCRBY', KEYS[1], 'attempts', 1)
else
  redis.call('HSET', KEYS[1], 'told', ARGV[2], 'rung', now(), 'attempts', 0)
  again = tonumber(redis.call('HGET', KEYS[1], 'messages')) > tonumber(ARGV[2])
end
if again then
  redis.call('ZADD', KEYS[2], now() + ARGV[3], ARGV[1])
else
  redis.call('ZREM', KEYS[2], ARGV[1])
end
return 1
