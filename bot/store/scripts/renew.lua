-- Keep a lease for another term.
-- KEYS 1 lease  2 schedule
-- ARGV 1 fence  2 conversation  3 life, ms  4 grace, ms
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], 'XX', now() + ARGV[3] + ARGV[4], ARGV[2])
return 1
