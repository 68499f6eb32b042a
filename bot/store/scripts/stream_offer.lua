-- The reply is ready: lay it out for the next poll, or find out what became of it.
-- KEYS 1 stream  hash: until (ms), shown, text, taken, closed
-- ARGV 1 text  2 1 when nobody waits any longer: close what is not taken  3 life, s
-- Returns taken, waiting or closed. Once closed it stays closed: the reply goes another way.
local state = redis.call('HMGET', KEYS[1], 'closed', 'taken', 'until', 'text')
if state[1] then
  return 'closed'
end
if state[2] then -- with another text it was another reply that was taken: a person speaks after the bot
  return state[4] == ARGV[1] and 'taken' or 'closed'
end
-- No `until`: the answer was quicker than the door's own `stream_open`.
local over = state[3] and now() >= tonumber(state[3])
if over or ARGV[2] == '1' then
  redis.call('HDEL', KEYS[1], 'text')
  redis.call('HSET', KEYS[1], 'closed', '1')
else
  redis.call('HSET', KEYS[1], 'text', ARGV[1])
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return (over or ARGV[2] == '1') and 'closed' or 'waiting'
