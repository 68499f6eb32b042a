-- Entries of streams go when their days are over.
-- KEYS the streams of a partition
-- ARGV 1 their life, s
-- Returns 1.
for _, stream in ipairs(KEYS) do
  redis.call('XTRIM', stream, 'MINID', now() - ARGV[1] * 1000)
end
return 1
