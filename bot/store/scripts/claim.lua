-- What to answer. Nothing moves: the messages stay in the inbox until commit.
-- KEYS 1 lease  2 inbox  3 history  4 attempts  5 person
-- ARGV 1 fence  2 most messages  3 most lines of history
-- Returns {messages, history, attempts, 1 while a person has the conversation}; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
local history = {}
if tonumber(ARGV[3]) > 0 then
  history = redis.call('LRANGE', KEYS[3], -tonumber(ARGV[3]), -1)
end
return {
  redis.call('LRANGE', KEYS[2], 0, ARGV[2] - 1),
  history,
  tonumber(redis.call('GET', KEYS[4]) or 0),
  attended(KEYS[5]) and 1 or 0,
}
