-- What a platform took it could not bring: onto the list of what was given up, as if it had refused it.
-- KEYS 1 delivered  string  the reply (see finish.lua)  2 dead  3 letters (see bury.lua)  4 journal  5 ends
-- ARGV 1 letter's id  2 letter (JSON)  3 its life, ms  4 most letters kept
--      5 record (JSON)  6 journal's length  7 most ends kept  8 their life, s
-- Returns 1 when it is on the list, 0 when nobody knows the reply any more.
if redis.call('DEL', KEYS[1]) == 0 then
  return redis.call('ZSCORE', KEYS[2], ARGV[1]) and 1 or 0 -- a repeated script
end
list_dead(KEYS[2], KEYS[3], ARGV[1], ARGV[2], ARGV[3], ARGV[4])
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*', 'kind', 'delivery', 'data', ARGV[5])
redis.call('LPUSH', KEYS[5], ARGV[5])
redis.call('LTRIM', KEYS[5], 0, ARGV[7] - 1)
redis.call('EXPIRE', KEYS[5], ARGV[8])
return 1
