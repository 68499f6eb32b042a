-- A turn that waits for what is away: the messages stay, the customer hears once that they will be answered, and
-- call_back.lua brings the conversation back in line. It ends the lease.
-- KEYS 1 lease  2 inbox  3 attempts  4 schedule of answers  5 line  6 turns
--      7 parked       zset    conversation → ms from which on it may be called back
--      8 parking      string  "<fence> <how many messages> <length of the inbox> <id of the first>"
--      9 outbox  10 schedule of deliveries  11 quiet
--      12 done        string  they heard it
-- ARGV 1 fence  2 conversation  3 ms until it may be called back  4 ms until it is in line again in any case
--      5 attempts, as a number (see answer_later.lua)  6 life of the count and of the mark, s
--      7 how many messages  8 id of the first  9 reply that says so (JSON)  10 grace, ms  11 life of done, s
-- Returns 1 when the customer said more meanwhile, else 0; nil when the lease is lost.
local known = redis.call('GET', KEYS[8]) or ''
local fence, length, first = known:match('^(%d+) %d+ (%d+) (.+)$')
if not held(KEYS[1], ARGV[1]) then
  return fence == ARGV[1] and redis.call('EXISTS', KEYS[1]) == 0 and 0 or nil -- a repeated script (see commit.lua)
end
-- A turn need not be of all that waits: what it left is no news the next time.
local waiting = redis.call('LLEN', KEYS[2])
local more = waiting > math.max(tonumber(ARGV[7]), first == ARGV[8] and tonumber(length) or 0)
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[3], ARGV[5], 'EX', ARGV[6])
redis.call('SET', KEYS[8], table.concat({ ARGV[1], ARGV[7], waiting, ARGV[8] }, ' '), 'EX', ARGV[6])
if redis.call('SET', KEYS[12], '1', 'NX', 'EX', ARGV[11]) then
  redis.call('RPUSH', KEYS[9], ARGV[9])
  redis.call('ZADD', KEYS[10], 'NX', now() + tonumber(ARGV[10]), ARGV[2])
end
if more then
  return settle(KEYS[4], KEYS[5], KEYS[6], KEYS[2], KEYS[11], ARGV[2])
end
redis.call('ZADD', KEYS[4], now() + ARGV[4], ARGV[2])
redis.call('ZADD', KEYS[7], now() + ARGV[3], ARGV[2])
return 0
