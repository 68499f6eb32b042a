-- People were told of a conversation, or could not be.
-- KEYS 1 person  2 bells
-- ARGV 1 conversation  2 since when a person is to have it, ms
--      3 messages they knew of before  4 tries that had failed before: as the caller read them
--      5 messages they were told of; -1: it did not work
--      6 ms until they are told again: of more messages, or of these  7 1: not again before there are more
-- Returns 1, or 0 when it stands otherwise by now: nothing was noted.
if not is_of(KEYS[1], ARGV[2]) then
  return 0
end
if not attended(KEYS[1]) then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return 0
end
-- A repeated script (see commit.lua) must not count a try twice, nor forget what people were told since.
local state = redis.call('HMGET', KEYS[1], 'told', 'attempts', 'messages')
if state[1] ~= ARGV[3] or (state[2] or '0') ~= ARGV[4] then
  return 0
end
local again = ARGV[7] == '0'
if ARGV[5] == '-1' then
  redis.call('HSET', KEYS[1], 'attempts', ARGV[4] + 1)
else
  redis.call('HSET', KEYS[1], 'told', ARGV[5], 'rung', now(), 'attempts', 0)
  again = tonumber(state[3]) > tonumber(ARGV[5])
end
if again then
  redis.call('ZADD', KEYS[2], now() + ARGV[6], ARGV[1])
else
  redis.call('ZREM', KEYS[2], ARGV[1])
end
return 1
