-- Take the lease on answering the conversation whose turn it is, and what there is to answer. Nothing else moves:
-- the messages stay in the inbox until commit.
-- KEYS 1 schedule of answers  2 line  3 turns  4 fence
--      what the keys of a conversation begin with: 5 lease  6 inbox  7 history  8 attempts  9 person
--      10 what the keys of tokens begin with: who was given a turn  11 quiet, as 5 to 9
--      12 what the keys of tenants begin with: how many turns are to spare the model
--      13 parking (see park.lua), as 5 to 9  14 parked
-- ARGV 1 life of a lease, ms  2 most messages  3 most lines of history  4 1: a ticket is redeemed
--      5 token: the same when a client repeats the script  6 its life, ms
-- Returns {conversation, fence, 1 when others are ready, what `claim_of` does, 1 when it is to spare the model}; nil
-- when nobody is.
local schedule, line, turns = KEYS[1], KEYS[2], KEYS[3]

local function turn(conversation, fence, spares)
  return {
    conversation,
    fence,
    redis.call('EXISTS', line),
    claim_of(KEYS[6] .. conversation, KEYS[7] .. conversation, KEYS[8] .. conversation, KEYS[9] .. conversation,
      KEYS[13] .. conversation, ARGV[2], ARGV[3]),
    spares,
  }
end

local spared, given = (redis.call('GET', KEYS[10] .. ARGV[5]) or ''):match('^(%d) (.+)$')
if given then -- a repeated script: else nobody would hold what this one was given
  local fence, token = (redis.call('GET', KEYS[5] .. given) or ''):match('^(%d+) (.+)$')
  return token == ARGV[5] and turn(given, tonumber(fence), tonumber(spared)) or nil
end
ripen(schedule, line, turns)
if ARGV[4] == '1' then
  local tickets = tonumber(redis.call('HGET', turns, 'tickets') or 0)
  redis.call('HSET', turns, 'tickets', math.max(0, tickets - 1), 'told', now())
end

-- Whether there is something to do that nobody does.
local function waits(conversation)
  return redis.call('EXISTS', KEYS[5] .. conversation) == 0 and redis.call('EXISTS', KEYS[6] .. conversation) == 1
end

-- The one that waits longest of the tenant that had least; whether they do wait, else their tenant pays nothing; and 1
-- when their turn is to spare the model.
local function first()
  local least = redis.call('ZRANGE', line, 0, 0, 'WITHSCORES')
  if #least == 0 then
    return nil
  end
  local tenant, pass = least[1], tonumber(least[2])
  local row = line .. ':' .. tenant
  local conversation = redis.call('ZPOPMIN', row)[1]
  redis.call('HINCRBY', turns, 'ready', -1)
  local paid, due = pass, conversation and waits(conversation)
  if due then
    local state = redis.call('HMGET', turns, 'stride:' .. tenant, 'had:' .. tenant)
    paid = pass + (state[1] or 1000)
    redis.call('HSET', turns, 'clock', pass, 'pass:' .. tenant, paid, 'had:' .. tenant, (state[2] or 0) + 1)
  end
  if redis.call('EXISTS', row) == 1 then
    redis.call('ZADD', line, paid, tenant)
  else
    redis.call('ZREM', line, tenant)
  end
  if not due or (tonumber(redis.call('GET', KEYS[12] .. tenant) or 0) or 0) < 1 then
    return conversation, due, 0
  end
  redis.call('DECR', KEYS[12] .. tenant)
  return conversation, due, 1
end

local conversation, due, spares = first()
while conversation and not due do
  local left = redis.call('PTTL', KEYS[5] .. conversation)
  if left > 0 then -- it is being answered: its time is the end of that lease
    redis.call('ZADD', schedule, now() + left, conversation)
  end
  conversation, due, spares = first() -- else it is a stranger that somebody wrote into our keys
end
if not conversation then
  return nil
end

local fence = redis.call('INCR', KEYS[4])
redis.call('SET', KEYS[5] .. conversation, fence .. ' ' .. ARGV[5], 'PX', ARGV[1])
redis.call('DEL', KEYS[11] .. conversation)
redis.call('ZREM', KEYS[14], conversation)
redis.call('SET', KEYS[10] .. ARGV[5], spares .. ' ' .. conversation, 'PX', ARGV[6])
-- Should the holder die, the conversation is ready again once the lease is over.
redis.call('ZADD', schedule, now() + ARGV[1], conversation)
return turn(conversation, fence, spares)
