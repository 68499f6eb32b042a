-- A page is in the inboxes: the next fetch goes on behind it.
-- KEYS 1 lease  2 cursor  3 attempts
-- ARGV 1 fence  2 cursor
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
redis.call('SET', KEYS[2], ARGV[2])
redis.call('DEL', KEYS[3])
return 1
