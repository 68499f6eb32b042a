-- Give the lease on answering back.
-- KEYS 1 lease  2 schedule of answers  3 line  4 turns  5 inbox  6 quiet
-- ARGV 1 fence  2 conversation
-- Returns 1 when messages are left, else 0. A lease that is lost already is no error.
if not held(KEYS[1], ARGV[1]) then
  return 0
end
redis.call('DEL', KEYS[1])
return settle(KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], ARGV[2])
