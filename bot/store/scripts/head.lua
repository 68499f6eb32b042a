-- The reply to go on delivering.
-- KEYS 1 lease  2 outbox  3 sending  4 sent  5 inbox
-- ARGV 1 fence  2 most replies in one
-- Returns what `head_of` does; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
return head_of(KEYS[2], KEYS[3], KEYS[4], KEYS[5], ARGV[2])
