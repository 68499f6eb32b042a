-- The platform asks for the reply. It takes the text, or closes a stream whose time is over; from then on
-- `stream_offer` is told so, and the reply can neither get lost between the two nor go both ways.
-- KEYS 1 stream  hash: until (ms), shown, text, taken, closed
-- ARGV 1 life, s
-- Returns {taken, text}, {waiting, text so far} or {closed}. A poll repeated gets the same again.
local state = redis.call('HMGET', KEYS[1], 'closed', 'text', 'until', 'shown')
if state[1] then
  return { 'closed' }
end
if state[2] then
  redis.call('HSET', KEYS[1], 'taken', '1')
  return { 'taken', state[2] }
end
if state[3] and now() < tonumber(state[3]) then
  return { 'waiting', state[4] or '' }
end
redis.call('HSET', KEYS[1], 'closed', '1')
redis.call('EXPIRE', KEYS[1], ARGV[1])
return { 'closed' }
