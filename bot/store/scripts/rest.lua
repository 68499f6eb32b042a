-- Nobody goes for so long. Who is in line loses their place, which may come too early, and asks anew.
-- KEYS 1 gone  2 line  3 rest (see turn.lua)
-- ARGV 1 ms  2 who says so
-- Returns 1, or 0 when it is to be longer already.
local time = now()
local rest = ARGV[2] .. ' ' .. ARGV[1]
if redis.call('GET', KEYS[3]) == rest then -- a repeated script (see commit.lua): the line has formed anew
  return 1
end
if redis.call('PTTL', KEYS[3]) >= tonumber(ARGV[1]) then
  return 0
end
redis.call('SET', KEYS[3], rest, 'PX', ARGV[1])
redis.call('DEL', KEYS[2])
while tonumber(redis.call('LINDEX', KEYS[1], -1) or 0) > time do
  redis.call('RPOP', KEYS[1])
end
return 1
