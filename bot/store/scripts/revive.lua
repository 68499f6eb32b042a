-- What was given up is tried once more: off the list, to the end of a queue.
-- KEYS 1 dead  2 letters (see bury.lua)  3 queue (outbox or inbox)  4 its schedule  5 done
-- ARGV 1 reply's id  2 conversation  3 life of done, s  4… values (JSON)
-- Returns 1, or 0 when it is not on the list.
if redis.call('EXISTS', KEYS[5]) == 1 then -- a repeated script (see commit.lua), whatever became of it since
  return 1
end
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('SET', KEYS[5], '1', 'EX', ARGV[3])
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('RPUSH', KEYS[3], unpack(ARGV, 4))
redis.call('ZADD', KEYS[4], 'NX', now(), ARGV[2])
return 1
