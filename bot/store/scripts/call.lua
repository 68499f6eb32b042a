-- How many workers to call to this partition: a ticket for each that is ready, a few at most, since whoever has one
-- goes on while others are ready. Those on their way count.
-- KEYS 1 schedule of answers  2 line  3 turns
-- ARGV 1 most tickets on their way
-- Returns {how many are new, ms until somebody else is ready; -1: nobody is known}.
ripen(KEYS[1], KEYS[2], KEYS[3])
local state = redis.call('HMGET', KEYS[3], 'ready', 'tickets')
local there = tonumber(state[2] or 0)
local new = math.max(0, math.min(tonumber(state[1] or 0), tonumber(ARGV[1])) - there)
if new > 0 then
  redis.call('HSET', KEYS[3], 'tickets', there + new, 'told', now())
end
local due = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
return { new, due and math.max(0, due - now()) or -1 }
