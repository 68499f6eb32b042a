-- What came in since a turn began, and for how long its customer is listened to yet. Nothing moves.
-- KEYS 1 inbox  2 quiet
-- ARGV 1 messages of the turn  2 most messages with those
-- Returns {ms until they are quiet, the newer messages}; nil when there are none.
local newer = redis.call('LRANGE', KEYS[1], ARGV[1], ARGV[2] - 1)
if #newer == 0 then
  return nil
end
return { math.max(0, tonumber(redis.call('HGET', KEYS[2], 'until') or 0) - now()), newer }
