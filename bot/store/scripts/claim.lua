-- What to answer, once more: the turn begins anew, under the same lease. Nothing moves: the messages stay in the
-- inbox until commit.
-- KEYS 1 lease  2 inbox  3 history  4 attempts  5 person  6 quiet  7 parking (see park.lua)
-- ARGV 1 fence  2 most messages  3 most lines of history
-- Returns what `claim_of` does; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
redis.call('DEL', KEYS[6])
return claim_of(KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[7], ARGV[2], ARGV[3])
