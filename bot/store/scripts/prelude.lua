-- Put in front of every script.
-- Time is the server's, in milliseconds: a worker whose clock jumps can neither steal nor keep a lease. A script is
-- one moment.
local moment
local function now()
  if not moment then
    local time = redis.call('TIME')
    moment = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  return moment
end

-- True while `fence` is the newest lease given under this key, and its time is not up. See take.lua for the rest.
local function held(lease, fence)
  local holder = redis.call('GET', lease)
  return holder and holder:match('^%d+') == fence
end

-- The id of the value (JSON) at the head of a list; nil when it is empty.
local function head_id(list)
  local head = redis.call('LINDEX', list, 0)
  return head and cjson.decode(head).id
end

-- A list that still holds something keeps its conversation in the schedule; an empty one takes it out.
local function reschedule(schedule, list, conversation, grace)
  if redis.call('LLEN', list) > 0 then
    redis.call('ZADD', schedule, now() + grace, conversation)
    return 1
  end
  redis.call('ZREM', schedule, conversation)
  return 0
end

-- True while a person has the conversation, or it waits for one.
local function attended(person)
  return (tonumber(redis.call('HGET', person, 'until')) or 0) > now()
end

-- True while it is the hand-over of that time (ms) that a person has, or had. A caller who read of an earlier one
-- means nothing by what came since.
local function is_of(person, since)
  return redis.call('HGET', person, 'since') == since
end

-- Values (JSON), oldest first, behind those that are there; only the newest are kept.
local function remember(list, values, kept, life)
  for _, value in ipairs(values) do
    redis.call('RPUSH', list, value)
  end
  redis.call('LTRIM', list, -tonumber(kept), -1)
  redis.call('EXPIRE', list, life)
end

-- Something is given up: onto the list of those who can mend it, which is bounded. Once, and since the first time.
local function list_dead(dead, letters, id, letter, life, most)
  redis.call('ZADD', dead, 'NX', now(), id)
  redis.call('HSET', letters, id, letter)
  local function forget(those)
    for _, one in ipairs(those) do
      redis.call('ZREM', dead, one)
      redis.call('HDEL', letters, one)
    end
  end
  forget(redis.call('ZRANGEBYSCORE', dead, '-inf', now() - life))
  forget(redis.call('ZRANGE', dead, 0, -most - 1))
  redis.call('PEXPIRE', dead, life)
  redis.call('PEXPIRE', letters, life)
end

-- What there is to answer: {messages, history, attempts, person, parking (see park.lua)}. Person: 1 while one has the
-- conversation, 2 when their time is over and the bot did not say yet that it is back, else 0.
local function claim_of(inbox, history, attempts, person, parking, most, lines)
  local until_ = tonumber(redis.call('HGET', person, 'until')) or 0
  return {
    redis.call('LRANGE', inbox, 0, most - 1),
    tonumber(lines) > 0 and redis.call('LRANGE', history, -tonumber(lines), -1) or {},
    tonumber(redis.call('GET', attempts) or 0),
    until_ > now() and 1 or until_ > 0 and 2 or 0,
    redis.call('GET', parking) or '',
  }
end

-- The reply at the head of an outbox; where the platform takes few messages, all that wait, as one, `most` at most.
-- {replies, next part, attempts, error, parts sent since the customer last wrote, messages still unanswered}
local function head_of(outbox, sending, sent, inbox, most)
  local first = redis.call('LINDEX', outbox, 0)
  if not first then
    return { {}, 0, 0, '', 0, 0 }
  end
  local state = redis.call('HMGET', sending, 'part', 'attempts', 'error', 'replies')
  local read, reply = pcall(cjson.decode, first) -- what can't be read is the caller's to set aside
  local address = read and type(reply) == 'table' and reply.address
  local few = type(address) == 'table' and type(address.most) == 'number'
  return {
    redis.call('LRANGE', outbox, 0, tonumber(state[4] or (few and most) or 1) - 1),
    tonumber(state[1] or 0),
    tonumber(state[2] or 0),
    state[3] or '',
    redis.call('ZCARD', sent),
    redis.call('LLEN', inbox),
  }
end

-- The line of a partition. A conversation that waits for an answer stands in one of two places: in the schedule
-- until a time (a retry, the end of a lease), or ready, in its tenant's row, `line:<tenant>`. The line itself holds
-- the tenants that have somebody ready, by pass: what they had so far, each turn counted by the tenant's stride
-- (stride scheduling). The least is next. `turns` (hash): pass:<tenant>, stride:<tenant>; had:<tenant>, how many turns;
-- clock, the pass of the last turn given out; ready, how many are; tickets, how many nudges are on their way; told,
-- when that was last known.

-- Into its tenant's row. A tenant that was away comes back where the others are: being away saves nothing up.
-- What is no conversation (somebody wrote into our keys) goes nowhere.
local function make_ready(line, turns, conversation)
  local tenant = string.match(conversation, '^([^:]+):[^:]+:')
  local row = tenant and line .. ':' .. tenant
  if not tenant or redis.call('ZADD', row, 'NX', now(), conversation) == 0 then
    return
  end
  redis.call('HINCRBY', turns, 'ready', 1)
  if redis.call('ZCARD', row) == 1 then
    local past = redis.call('HMGET', turns, 'pass:' .. tenant, 'clock')
    local least = redis.call('ZRANGE', line, 0, 0, 'WITHSCORES')[2] or past[2] or 0
    redis.call('ZADD', line, math.max(tonumber(past[1] or 0), tonumber(least)), tenant)
  end
end

-- Those whose time has come, into their rows. Returns how many.
local function ripen(schedule, line, turns)
  local due = redis.call('ZRANGEBYSCORE', schedule, '-inf', now(), 'LIMIT', 0, 100)
  for _, conversation in ipairs(due) do
    redis.call('ZREM', schedule, conversation)
    make_ready(line, turns, conversation)
  end
  return #due
end

-- A customer who may still be writing is listened to first. `quiet` (hash): since, ms of the first message that waits;
-- until, ms when their conversation is ready; here: it stands in the schedule for that. Gone when the turn begins.

-- What is left in the inbox when a lease ends is ready, once the customer is quiet; an empty one leaves the line.
-- Returns 1 when something is left, else 0.
local function settle(schedule, line, turns, inbox, quiet, conversation)
  redis.call('ZREM', schedule, conversation)
  if redis.call('EXISTS', inbox) == 0 then
    return 0
  end
  local until_ = tonumber(redis.call('HGET', quiet, 'until') or 0)
  if until_ > now() then
    redis.call('HSET', quiet, 'here', 1)
    redis.call('ZADD', schedule, until_, conversation)
  else
    make_ready(line, turns, conversation)
  end
  return 1
end
