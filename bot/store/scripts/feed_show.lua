-- Let a visitor see how far something got, until it is published under its key: then that is over for good.
-- KEYS 1 draft  hash: key, kind, data   2 fed  string: id of the event published under this key
-- ARGV 1 key  2 kind  3 data (JSON)  4 life, s  5 pub/sub channel  6 conversation
-- Returns 1, or 0 when visitors see something else, or more.
local last = redis.call('HMGET', KEYS[1], 'key', 'data')
local more = last[1] ~= ARGV[1] or #last[2] < #ARGV[3]
if redis.call('EXISTS', KEYS[2]) == 1 or not more then
  return 0
end
redis.call('HSET', KEYS[1], 'key', ARGV[1], 'kind', ARGV[2], 'data', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', ARGV[5], ARGV[6])
return 1
