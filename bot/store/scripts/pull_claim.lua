-- What to fetch. Nothing moves until it is done.
-- KEYS 1 lease  2 wake  3 cursor  4 attempts
-- ARGV 1 fence
-- Returns {word, cursor, attempts}; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
return {
  redis.call('LINDEX', KEYS[2], 0) or '',
  redis.call('GET', KEYS[3]) or '',
  tonumber(redis.call('GET', KEYS[4]) or 0),
}
