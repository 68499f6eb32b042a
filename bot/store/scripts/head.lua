-- The reply to go on delivering.
-- KEYS 1 lease  2 outbox  3 sending
-- ARGV 1 fence
-- Returns {reply or nil, next part, attempts, error}; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
local state = redis.call('HMGET', KEYS[3], 'part', 'attempts', 'error')
return { redis.call('LINDEX', KEYS[2], 0), tonumber(state[1] or 0), tonumber(state[2] or 0), state[3] or '' }
