-- Store messages of one partition, each once, and put their conversations in line for an answer.
-- KEYS 1 schedule of answers  2 line  3 turns  4 parked (see park.lua)
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
local life, most, time = ARGV[1], tonumber(ARGV[2]), now()

-- True while the customer may still be writing. A conversation that stands elsewhere (it is answered just now, or
-- retried later) only remembers it; one of which nothing waited stands nowhere.
local function wait_quietly(quiet, conversation, tenant, ms, longest, waiting)
  if ms == 0 then
    return false
  end
  local past = waiting > 0 and redis.call('HMGET', quiet, 'since', 'here') or {}
  local since = tonumber(past[1] or time)
  local until_ = math.min(time + ms, since + longest)
  local ready = waiting > 0 and redis.call('ZSCORE', line .. ':' .. tenant, conversation) -- it keeps its place
  local here = not ready and (waiting == 0 or past[2] or not redis.call('ZSCORE', schedule, conversation))
  if here then
    redis.call('HSET', quiet, 'since', since, 'until', until_, 'here', 1)
    redis.call('ZADD', schedule, until_, conversation)
  else
    redis.call('HSET', quiet, 'since', since, 'until', until_)
  end
  redis.call('PEXPIRE', quiet, ARGV[3])
  return true
end

local strides = {}
local function know_stride(tenant, stride)
  if strides[tenant] ~= stride then
    redis.call('HSET', turns, 'stride:' .. tenant, stride)
    strides[tenant] = stride
  end
end

local function accept(seen, inbox, sent, quiet, message, conversation, tenant, before, stride, ms, longest)
  local waiting = redis.call('LLEN', inbox)
  if waiting >= most then
    return redis.call('EXISTS', seen) == 1 and 'repeated' or 'full'
  end
  if not redis.call('SET', seen, '1', 'NX', 'EX', life) then
    return 'repeated'
  end
  redis.call('RPUSH', inbox, message)
  -- Who waits for what is away, and writes again, may now mean something that needs no waiting.
  if waiting > 0 and redis.call('ZREM', KEYS[4], conversation) == 1 then
    redis.call('ZREM', schedule, conversation)
  end
  redis.call('ZREMRANGEBYSCORE', sent, '-inf', '(' .. before)
  know_stride(tenant, stride)
  -- A conversation already in line keeps its place, be it under a lease or waiting for a retry.
  if not wait_quietly(quiet, conversation, tenant, tonumber(ms), tonumber(longest), waiting)
      and not redis.call('ZSCORE', schedule, conversation) then
    make_ready(line, turns, conversation)
  end
  return 'stored'
end

local answers = {}
for n = 1, (#ARGV - 3) / 7 do
  local k, a = 4 * n, 7 * n - 4
  answers[n] = accept(KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], KEYS[k + 4], unpack(ARGV, a + 1, a + 7))
end
return answers
