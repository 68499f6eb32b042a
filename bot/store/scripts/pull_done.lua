-- All there was is fetched. A word that came meanwhile stays.
-- KEYS 1 lease  2 wake  3 attempts
-- ARGV 1 fence  2 the word that was heeded
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
if redis.call('LINDEX', KEYS[2], 0) == ARGV[2] then
  redis.call('DEL', KEYS[2])
end
redis.call('DEL', KEYS[3])
return 1
