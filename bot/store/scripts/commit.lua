-- A turn is over: reply out, history on, journal on, inbox off; perhaps a person on. All or nothing.
-- KEYS 1 lease  2 inbox  3 outbox  4 history  5 attempts  6 schedule of answers  7 schedule of deliveries
--      8 journal  9 person  10 people  11 bells
-- ARGV 1 fence  2 conversation  3 grace, ms
--      4 id of the first message answered  5 how many messages  6 reply (JSON)
--      7 lines of history kept  8 life of history, s  9 journal's length
--      10 ms that a person then has it; 0: nobody is to  11 why  12 1: people are to be told
--      13 address (JSON)  14 life beyond that time, ms
--      15 record (JSON)  16… what was said (JSON), oldest first
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

remember(KEYS[4], { unpack(ARGV, 16) }, ARGV[7], ARGV[8])

if ARGV[10] ~= '0' then
  local since, back = now(), now() + ARGV[10]
  redis.call('DEL', KEYS[9])
  redis.call('HSET', KEYS[9], 'since', since, 'until', back, 'reason', ARGV[11], 'address', ARGV[13],
    'said', since, 'waits', since, 'messages', ARGV[5], 'told', 0)
  redis.call('PEXPIRE', KEYS[9], ARGV[10] + ARGV[14])
  redis.call('ZADD', KEYS[10], back, ARGV[2])
  if ARGV[12] == '1' then
    redis.call('ZADD', KEYS[11], since, ARGV[2])
  end
end

redis.call('XADD', KEYS[8], 'MAXLEN', '~', ARGV[9], '*', 'kind', 'answered', 'data', ARGV[15])
return 1
