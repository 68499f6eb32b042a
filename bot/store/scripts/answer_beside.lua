-- A turn is over that was about what the customer wrote later: reply out (if there is one), history on, journal on,
-- those messages off the inbox. What they asked first still waits for what is away, as park.lua left it. All or nothing,
-- and it ends the lease.
-- KEYS 1 lease  2 inbox  3 outbox  4 history  5 attempts  6 schedule of answers  7 schedule of deliveries
--      8 journal  9 line  10 turns  11 quiet  12 parked  13 parking (see park.lua)  14 dead  15 letters (see bury.lua)
-- ARGV 1 fence  2 conversation  3 grace, ms
--      4 id of the first message that waits  5 how many wait
--      6 id of the first message behind those, which is answered  7 how many are
--      8 ms until it may be called back  9 ms until it is in line again in any case  10 life of parking, s
--      11 lines of history kept  12 life of history, s  13 journal's length  14 kind of record  15 record (JSON)
--      16 reply (JSON); empty: none  17 dead letter (JSON); empty: none  18 its life, ms  19 most that are kept
--      20… what was said (JSON), oldest first
-- Returns 1 when more messages are left, else 0; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  local fence = (redis.call('GET', KEYS[13]) or ''):match('^%d+')
  return fence == ARGV[1] and redis.call('EXISTS', KEYS[1]) == 0 and 0 or nil -- a repeated script (see commit.lua)
end
local waiting = tonumber(ARGV[5])
local answered = redis.call('LINDEX', KEYS[2], waiting)
if head_id(KEYS[2]) ~= ARGV[4] or not answered or cjson.decode(answered).id ~= ARGV[6] then
  return nil
end
local later = redis.call('LRANGE', KEYS[2], waiting + ARGV[7], -1)
redis.call('LTRIM', KEYS[2], 0, waiting - 1)
for _, message in ipairs(later) do
  redis.call('RPUSH', KEYS[2], message)
end
redis.call('DEL', KEYS[1], KEYS[5])
redis.call('SET', KEYS[13], table.concat({ ARGV[1], waiting, waiting, ARGV[4] }, ' '), 'EX', ARGV[10])

if ARGV[16] ~= '' then
  redis.call('RPUSH', KEYS[3], ARGV[16])
  redis.call('ZADD', KEYS[7], 'NX', now() + tonumber(ARGV[3]), ARGV[2])
end
remember(KEYS[4], { unpack(ARGV, 20) }, ARGV[11], ARGV[12])
if ARGV[17] ~= '' then
  list_dead(KEYS[14], KEYS[15], cjson.decode(ARGV[16]).id, ARGV[17], ARGV[18], ARGV[19])
end
redis.call('XADD', KEYS[8], 'MAXLEN', '~', ARGV[13], '*', 'kind', ARGV[14], 'data', ARGV[15])

if #later > 0 then
  return settle(KEYS[6], KEYS[9], KEYS[10], KEYS[2], KEYS[11], ARGV[2])
end
redis.call('ZADD', KEYS[6], now() + ARGV[9], ARGV[2])
redis.call('ZADD', KEYS[12], now() + ARGV[8], ARGV[2])
return 0
