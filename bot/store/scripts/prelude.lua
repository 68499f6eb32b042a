-- Put in front of every script.
-- Time is the server's, in milliseconds: a worker whose clock jumps can neither steal nor keep a lease.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
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

-- Lines (JSON) of a dialogue, oldest first, behind those that are there; only the newest are kept.
local function remember(history, lines, kept, life)
  for _, line in ipairs(lines) do
    redis.call('RPUSH', history, line)
  end
  redis.call('LTRIM', history, -tonumber(kept), -1)
  redis.call('EXPIRE', history, life)
end
