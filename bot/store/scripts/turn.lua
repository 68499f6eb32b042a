-- When a caller may go, where so many may in any so many milliseconds. Each gets a place in line, and the same one
-- when they ask again: also who may go at once, as there may be another line in which they can't.
-- KEYS 1 gone  list    ms of each going, past and to come, oldest first
--      2 line  zset    caller → ms of their place
--      3 rest  string  who wants it and for how many ms; nobody goes until it is gone
-- ARGV 1 most  2 in so many ms  3 caller  4 ms a place is kept beyond its time  5 1: they would wait
-- Returns ms until then; 0: now. Who would not wait, and would have to, is not counted.
local time, most, span = now(), tonumber(ARGV[1]), tonumber(ARGV[2])

-- Where the server's clock was put back, a rest and a line end later than they can: by as much they would hold up all.
local rest, whole = redis.call('PTTL', KEYS[3]), (redis.call('GET', KEYS[3]) or ''):match(' (%d+)$')
if whole and rest > tonumber(whole) then
  rest = tonumber(whole)
  redis.call('PEXPIRE', KEYS[3], rest)
end
local latest = time + math.max(rest, 0) + span * (redis.call('LLEN', KEYS[1]) / most + 1)
while tonumber(redis.call('LINDEX', KEYS[1], -1) or 0) > latest do
  redis.call('RPOP', KEYS[1])
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '(' .. latest, '+inf')

redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', time - ARGV[4])
local place = redis.call('ZSCORE', KEYS[2], ARGV[3])
if place then
  return math.max(0, place - time)
end
while tonumber(redis.call('LINDEX', KEYS[1], 0) or time) <= time - span do
  redis.call('LPOP', KEYS[1])
end
-- Behind whoever is last in line, and a span behind whoever went `most` goings ago.
place = math.max(time + rest, time, redis.call('LINDEX', KEYS[1], -1) or 0)
local before = redis.call('LINDEX', KEYS[1], -most)
if before then
  place = math.max(place, before + span)
end
if place > time and ARGV[5] ~= '1' then
  return place - time
end
redis.call('RPUSH', KEYS[1], place)
redis.call('PEXPIRE', KEYS[1], place - time + span)
redis.call('ZADD', KEYS[2], place, ARGV[3])
redis.call('PEXPIRE', KEYS[2], place - time + ARGV[4])
return place - time
