-- Somebody is ready, and nobody comes: a retry is due, a worker died, tickets were lost or never sent.
-- KEYS 1 schedule of answers  2 line  3 turns
-- ARGV 1 grace, ms: how long a ticket may take
-- Returns one that is ready; nil when nobody is, or workers were called a moment ago.
local due = ripen(KEYS[1], KEYS[2], KEYS[3])
local tenant = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
if not tenant then
  return nil
end
local conversation, since = unpack(redis.call('ZRANGE', KEYS[2] .. ':' .. tenant, 0, 0, 'WITHSCORES'))
local told = tonumber(redis.call('HGET', KEYS[3], 'told') or 0)
if math.max(told, tonumber(since)) <= now() - ARGV[1] then
  redis.call('HSET', KEYS[3], 'tickets', 0, 'told', now()) -- those on their way did not arrive
elseif due == 0 then
  return nil
end
return conversation
