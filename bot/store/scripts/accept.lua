-- Store messages of one partition, each once, and put their conversations in line for an answer.
-- KEYS 1 schedule of answers  2 line  3 turns
--      and for each message
--      +1 seen       string   its mark
--      +2 inbox      list     messages, oldest first
--      +3 sent       zset     part sent since the customer last wrote → unix s
--      +4 quiet      hash     see the prelude
-- ARGV 1 life of a mark, s  2 most messages waiting in a conversation  3 life of quiet, ms
--      and for each message
--      +1 itself (JSON)  +2 its conversation  +3 tenant
--      +4 unix s before which a part was surely sent before the customer wrote this
--      +5 the tenant's stride  +6 ms of quiet before a turn; 0: none  +7 most ms that the first message waits
-- Returns for each: stored | repeated | full.
local schedule, line, turns = KEYS[1], KEYS[2], KEYS[3]
local life, most = ARGV[1], tonumber(ARGV[2])

-- True while the customer may still be writing. A conversation that stands elsewhere (it is answered just now, or
-- retried later) only remembers it.
local function wait_quietly(quiet, conversation, tenant, ms, longest)
  if ms == 0 then
    return false
  end
  local time, past = now(), redis.call('HMGET', quiet, 'since', 'here')
  local since = tonumber(past[1] or time)
  local until_ = math.min(time + ms, since + longest)
  redis.call('HSET', quiet, 'since', since, 'until', until_)
  redis.call('PEXPIRE', quiet, ARGV[3])
  if redis.call('ZSCORE', line .. ':' .. tenant, conversation) then
    return true -- ready: it keeps its place
  end
  if past[2] or not redis.call('ZSCORE', schedule, conversation) then
    redis.call('HSET', quiet, 'here', 1)
    redis.call('ZADD', schedule, until_, conversation)
  end
  return true
end

local function accept(seen, inbox, sent, quiet, message, conversation, tenant, before, stride, ms, longest)
  if redis.call('EXISTS', seen) == 1 then
    return 'repeated'
  end
  if redis.call('LLEN', inbox) >= most then
    return 'full'
  end
  redis.call('SET', seen, '1', 'EX', life)
  redis.call('RPUSH', inbox, message)
  redis.call('ZREMRANGEBYSCORE', sent, '-inf', '(' .. before)
  redis.call('HSET', turns, 'stride:' .. tenant, stride)
  -- A conversation already in line keeps its place, be it under a lease or waiting for a retry.
  if not wait_quietly(quiet, conversation, tenant, tonumber(ms), tonumber(longest))
      and not redis.call('ZSCORE', schedule, conversation) then
    make_ready(line, turns, conversation)
  end
  return 'stored'
end

local answers = {}
for n = 1, (#ARGV - 3) / 7 do
  local k, a = 4 * n - 1, 7 * n - 4
  answers[n] = accept(KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], KEYS[k + 4], unpack(ARGV, a + 1, a + 7))
end
return answers
