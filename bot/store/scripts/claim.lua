-- What to answer. Nothing moves: the messages stay in the inbox until commit.
-- KEYS 1 lease  2 inbox  3 history  4 attempts  5 person
-- ARGV 1 fence  2 most messages  3 most lines of history
-- Returns {messages, history, attempts, person}; nil when the lease is lost. Person: 1 while one has the conversation,
-- 2 when their time is over and the bot did not say yet that it is back, else 0.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
local person = tonumber(redis.call('HGET', KEYS[5], 'until')) or 0
local history = {}
if tonumber(ARGV[3]) > 0 then
  history = redis.call('LRANGE', KEYS[3], -tonumber(ARGV[3]), -1)
end
return {
  redis.call('LRANGE', KEYS[2], 0, ARGV[2] - 1),
  history,
  tonumber(redis.call('GET', KEYS[4]) or 0),
  person > now() and 1 or person > 0 and 2 or 0,
}
