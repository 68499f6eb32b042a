-- A turn is over: reply out, history on, journal on, inbox off. All or nothing.
-- KEYS 1 lease  2 inbox  3 outbox  4 history  5 attempts  6 schedule of answers  7 schedule of deliveries
--      8 journal
-- ARGV 1 fence  2 conversation  3 grace, ms
--      4 id of the first message answered  5 how many messages  6 reply (JSON)
--      7 lines of history kept  8 life of history, s  9 journal's length
--      10… what was said (JSON), oldest first
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
-- A client repeats a script whose answer it did not get. Only the holder takes from the inbox, so a different
-- head means that this very commit was done already.
if head_id(KEYS[2]) ~= ARGV[4] then
  return 1
end
redis.call('LTRIM', KEYS[2], ARGV[5], -1)
redis.call('DEL', KEYS[5])
reschedule(KEYS[6], KEYS[2], ARGV[2], tonumber(ARGV[3]))

redis.call('RPUSH', KEYS[3], ARGV[6])
redis.call('ZADD', KEYS[7], 'NX', now() + tonumber(ARGV[3]), ARGV[2])

for i = 10, #ARGV do
  redis.call('RPUSH', KEYS[4], ARGV[i])
end
redis.call('LTRIM', KEYS[4], -tonumber(ARGV[7]), -1)
redis.call('EXPIRE', KEYS[4], ARGV[8])

redis.call('XADD', KEYS[8], 'MAXLEN', '~', ARGV[9], '*', 'kind', 'answered', 'data', ARGV[6])
return 1
