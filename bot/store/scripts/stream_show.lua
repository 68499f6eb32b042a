-- How far the reply got: what polls are told until it is laid out. What they were told does not get shorter
-- (a turn that is run again starts from nothing).
-- KEYS 1 stream  hash: until (ms), shown, text, taken, closed
-- ARGV 1 the whole text so far  2 life, s
-- Returns 1, or 0 when polls are told something else, or more.
local state = redis.call('HMGET', KEYS[1], 'closed', 'text', 'shown', 'until')
local over = state[4] and now() >= tonumber(state[4])
if state[1] or state[2] or over or (state[3] and #state[3] >= #ARGV[1]) then
  return 0
end
redis.call('HSET', KEYS[1], 'shown', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
