-- Append an event to a visitor's feed once per key, in the place of its draft, and wake whoever follows.
-- KEYS 1 feed  stream   2 fed  string: id of the event published under this key   3 draft  hash: key, kind, data
-- ARGV 1 kind  2 data (JSON)  3 life, s  4 most events kept  5 pub/sub channel  6 conversation  7 key
-- Returns the event's id.
local known = redis.call('GET', KEYS[2])
if known then
  return known
end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', 'kind', ARGV[1], 'data', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('SET', KEYS[2], id, 'EX', ARGV[3])
if redis.call('HGET', KEYS[3], 'key') == ARGV[7] then
  redis.call('DEL', KEYS[3])
end
redis.call('PUBLISH', ARGV[5], ARGV[6])
return id
