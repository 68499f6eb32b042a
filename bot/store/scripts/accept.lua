-- Store messages of one partition, each once, and put their conversations in line for an answer.
-- KEYS 1 schedule    zset     conversation → ms when the sweeper should look
--      and for each message
--      +1 seen       string   its mark
--      +2 inbox      list     messages, oldest first
--      +3 sent       zset     part sent since the customer last wrote → unix s
-- ARGV 1 life of a mark, s  2 grace, ms  3 most messages waiting in a conversation
--      and for each message
--      +1 itself (JSON)  +2 its conversation
--      +3 unix s before which a part was surely sent before the customer wrote this
-- Returns for each: stored | repeated | full.
local life, due, most = ARGV[1], now() + tonumber(ARGV[2]), tonumber(ARGV[3])

local function accept(seen, inbox, sent, message, conversation, before)
  if redis.call('EXISTS', seen) == 1 then
    return 'repeated'
  end
  if redis.call('LLEN', inbox) >= most then
    return 'full'
  end
  redis.call('SET', seen, '1', 'EX', life)
  redis.call('RPUSH', inbox, message)
  redis.call('ZREMRANGEBYSCORE', sent, '-inf', '(' .. before)
  -- NX: a conversation already in line keeps its place, be it under a lease or waiting for a retry.
  redis.call('ZADD', KEYS[1], 'NX', due, conversation)
  return 'stored'
end

local answers = {}
for n = 1, (#ARGV - 3) / 3 do
  local k, a = 3 * n - 1, 3 * n + 1
  answers[n] = accept(KEYS[k], KEYS[k + 1], KEYS[k + 2], ARGV[a], ARGV[a + 1], ARGV[a + 2])
end
return answers
