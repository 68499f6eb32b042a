-- Note that an account has something to fetch. Only the newest word counts: a fetch brings all there is.
-- KEYS 1 wake      list   the word, with the time it came
--      2 schedule  zset   account → ms when the sweeper should look
-- ARGV 1 the platform's token  2 account  3 grace, ms
-- The time makes each word differ, so that one which comes during a fetch is not taken for the one before.
local time = redis.call('TIME')
redis.call('DEL', KEYS[1])
redis.call('RPUSH', KEYS[1], time[1] .. '.' .. time[2] .. ':' .. ARGV[1])
redis.call('ZADD', KEYS[2], 'NX', now() + ARGV[3], ARGV[2])
return 1
