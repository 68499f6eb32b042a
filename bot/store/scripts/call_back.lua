-- What was away is back: those who wait for it come in line again, first those who waited longest; as many as keep the
-- line short, so that nobody who writes now stands behind them.
-- KEYS 1 schedule of answers  2 line  3 turns  4 parked (see park.lua)
-- ARGV 1 how long the line may get by them  2 how many come in any case
-- Returns {how many came, one of them}; nil when nobody did.
local room = math.max(tonumber(ARGV[1]) - tonumber(redis.call('HGET', KEYS[3], 'ready') or 0), tonumber(ARGV[2]))
if room < 1 then
  return nil
end
local those = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now(), 'LIMIT', 0, room)
for _, conversation in ipairs(those) do
  redis.call('ZREM', KEYS[4], conversation)
  if redis.call('ZREM', KEYS[1], conversation) == 1 then -- else it is in line already: its time was over
    make_ready(KEYS[2], KEYS[3], conversation)
  end
end
return #those > 0 and { #those, those[1] } or nil
