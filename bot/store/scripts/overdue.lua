-- Conversations whose time has come: a lost nudge, a dead lease or a due retry. Each goes to one caller only
-- until `again` has passed.
-- KEYS 1 schedule
-- ARGV 1 most  2 again, ms
-- Returns conversations, longest overdue first.
local time = now()
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', time, 'LIMIT', 0, ARGV[1])
for _, conversation in ipairs(due) do
  redis.call('ZADD', KEYS[1], time + ARGV[2], conversation)
end
return due
