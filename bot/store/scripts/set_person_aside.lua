-- What is known of a person who has a conversation can't be read: the bot has it again.
-- KEYS 1 person  2 undecodable  3 people  4 bells
-- ARGV 1 conversation  2 since when a person has it, as it was read  3 most that are kept
-- Returns 1, or 0 when it is gone, or another hand-over came since.
if redis.call('EXISTS', KEYS[1]) == 0 or not is_of(KEYS[1], ARGV[2] ~= '' and ARGV[2]) then
  return 0
end
redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[3], '*', 'key', KEYS[1], unpack(redis.call('HGETALL', KEYS[1])))
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
return 1
