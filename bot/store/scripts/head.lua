-- The reply to go on delivering.
-- KEYS 1 lease  2 outbox  3 sending  4 sent: parts since the customer last wrote
-- ARGV 1 fence
-- Returns {reply or nil, next part, attempts, error, parts sent since}; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
local state = redis.call('HMGET', KEYS[3], 'part', 'attempts', 'error')
return {
  redis.call('LINDEX', KEYS[2], 0),
  tonumber(state[1] or 0),
  tonumber(state[2] or 0),
  state[3] or '',
  tonumber(redis.call('GET', KEYS[4]) or 0),
}
