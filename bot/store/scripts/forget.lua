-- A conversation stands in line, and nothing is known of a person who has it: out of the line.
-- KEYS 1 person  2 people  3 bells
-- ARGV 1 conversation
-- Returns 1, or 0 when somebody has it by now.
if (redis.call('HGET', KEYS[1], 'until') or '0') ~= '0' then
  return 0
end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return 1
