-- The reply to go on delivering; where the platform takes few messages, all that wait, as one.
-- KEYS 1 lease  2 outbox  3 sending  4 sent: part since the customer last wrote → unix s
--      5 inbox
-- ARGV 1 fence  2 most replies in one
-- Returns {replies, next part, attempts, error, parts sent since, messages still unanswered}; nil when the
-- lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
local first = redis.call('LINDEX', KEYS[2], 0)
if not first then
  return { {}, 0, 0, '', 0, 0 }
end
local state = redis.call('HMGET', KEYS[3], 'part', 'attempts', 'error', 'replies')
local read, reply = pcall(cjson.decode, first) -- what can't be read is the caller's to set aside
local address = read and type(reply) == 'table' and reply.address
local few = type(address) == 'table' and type(address.most) == 'number'
return {
  redis.call('LRANGE', KEYS[2], 0, tonumber(state[4] or (few and ARGV[2]) or 1) - 1),
  tonumber(state[1] or 0),
  tonumber(state[2] or 0),
  state[3] or '',
  redis.call('ZCARD', KEYS[4]),
  redis.call('LLEN', KEYS[5]),
}
