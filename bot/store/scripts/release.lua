-- Give a lease back.
-- KEYS 1 lease  2 hold  3 schedule  4 queue (inbox or outbox)
-- ARGV 1 fence  2 conversation  3 grace, ms
-- Returns 1 when there is work to do at once, else 0. A lease that is lost already is no error.
if not held(KEYS[1], ARGV[1]) then
  return 0
end
redis.call('DEL', KEYS[1])
if redis.call('EXISTS', KEYS[2]) == 1 then
  return 0 -- the schedule has the time of the retry
end
return reschedule(KEYS[3], KEYS[4], ARGV[2], tonumber(ARGV[3]))
