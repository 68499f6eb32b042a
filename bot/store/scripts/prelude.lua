-- Put in front of every script.
-- Time is the server's, in milliseconds: a worker whose clock jumps can neither steal nor keep a lease.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- True while `fence` is the newest lease given under this key, and its time is not up.
local function held(lease, fence)
  return redis.call('GET', lease) == fence
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
