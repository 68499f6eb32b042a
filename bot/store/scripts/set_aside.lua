-- A value that can't be read leaves its list, so that those behind it can be dealt with.
-- KEYS 1 lease  2 list  3 undecodable  4 what is known of the list's head
-- ARGV 1 fence  2 the value  3 most that are kept
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
if redis.call('LREM', KEYS[2], 1, ARGV[2]) == 1 then
  redis.call('XADD', KEYS[3], 'MAXLEN', ARGV[3], '*', 'key', KEYS[2], 'data', ARGV[2])
  redis.call('DEL', KEYS[4])
end
return 1
