-- Something is given up: onto the list of those who can mend it. Once, and since the first time.
-- KEYS 1 lease  2 dead  zset: reply → ms since when   3 letters  hash: reply → itself, and why
-- ARGV 1 fence  2 reply's id  3 letter (JSON)  4 life, ms  5 most letters kept
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
list_dead(KEYS[2], KEYS[3], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
return 1
