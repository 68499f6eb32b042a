-- The replies at the head of the outbox are about to be sent as one. Noted before the first try: one whose end
-- is unclear must be repeated with the very same text, whatever came behind it meanwhile.
-- KEYS 1 lease  2 sending
-- ARGV 1 fence  2 how many replies
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
redis.call('HSETNX', KEYS[2], 'replies', ARGV[2])
return 1
