-- A turn is over: reply out, history on, journal on, inbox off; perhaps a person on, or what was asked onto the list of
-- what was given up. All or nothing, and it ends the lease. If this reply is the only one that waits, and nobody
-- delivers, the lease becomes the one on delivering it.
-- KEYS 1 lease  2 inbox  3 outbox  4 history  5 attempts  6 schedule of answers  7 schedule of deliveries
--      8 journal  9 person  10 people  11 bells  12 line  13 turns
--      14 lease on delivering  15 hold of deliveries  16 sent  17 quiet  18 dead  19 letters (see bury.lua)
-- ARGV 1 fence  2 conversation  3 grace, ms
--      4 id of the first message answered  5 how many messages  6 reply (JSON)
--      7 lines of history kept  8 life of history, s  9 journal's length
--      10 ms that a person then has it; 0: nobody is to  11 why  12 1: people are to be told
--      13 address (JSON)  14 life beyond that time, ms
--      15 record (JSON)  16 life of a lease on delivering, ms; 0: none is wanted
--      17 dead letter (JSON); empty: none  18 its life, ms  19 most that are kept
--      20… what was said (JSON), oldest first
-- Returns {1 when messages are left, 1 when the lease is on delivering now, parts sent since the
-- customer last wrote, messages still unanswered}; nil when the lease is lost.
local function state(delivering)
  return { redis.call('EXISTS', KEYS[2]), delivering, redis.call('ZCARD', KEYS[16]), redis.call('LLEN', KEYS[2]) }
end

if not held(KEYS[1], ARGV[1]) then
  -- A client repeats a script whose answer it did not get. This very commit was done when its reply is out.
  if redis.call('LPOS', KEYS[3], ARGV[6]) then
    return state(held(KEYS[14], ARGV[1]) and 1 or 0)
  end
  return nil
end
-- Only the holder takes from the inbox, and a commit ends the lease: another head is somebody else's doing.
if head_id(KEYS[2]) ~= ARGV[4] then
  return nil
end
redis.call('LTRIM', KEYS[2], ARGV[5], -1)
redis.call('DEL', KEYS[1], KEYS[5])
settle(KEYS[6], KEYS[12], KEYS[13], KEYS[2], KEYS[17], ARGV[2])

local alone = redis.call('RPUSH', KEYS[3], ARGV[6]) == 1
local delivering = 0
if alone and ARGV[16] ~= '0' and redis.call('EXISTS', KEYS[14], KEYS[15]) == 0 then
  redis.call('SET', KEYS[14], ARGV[1], 'PX', ARGV[16])
  redis.call('ZADD', KEYS[7], now() + ARGV[16] + ARGV[3], ARGV[2])
  delivering = 1
else
  redis.call('ZADD', KEYS[7], 'NX', now() + tonumber(ARGV[3]), ARGV[2])
end

remember(KEYS[4], { unpack(ARGV, 20) }, ARGV[7], ARGV[8])

if ARGV[10] ~= '0' then
  local since, back = now(), now() + ARGV[10]
  redis.call('DEL', KEYS[9])
  redis.call('HSET', KEYS[9], 'since', since, 'until', back, 'reason', ARGV[11], 'address', ARGV[13],
    'said', since, 'waits', since, 'messages', ARGV[5], 'told', 0)
  redis.call('PEXPIRE', KEYS[9], ARGV[10] + ARGV[14])
  redis.call('ZADD', KEYS[10], back, ARGV[2])
  if ARGV[12] == '1' then
    redis.call('ZADD', KEYS[11], since, ARGV[2])
  end
end

if ARGV[17] ~= '' then
  list_dead(KEYS[18], KEYS[19], cjson.decode(ARGV[6]).id, ARGV[17], ARGV[18], ARGV[19])
end

redis.call('XADD', KEYS[8], 'MAXLEN', '~', ARGV[9], '*', 'kind', 'answered', 'data', ARGV[15])
return state(delivering)
