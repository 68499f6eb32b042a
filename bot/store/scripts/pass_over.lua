-- Messages that get no reply: off the inbox, into the history and the journal. What is left is ready when the lease is
-- given back.
-- KEYS 1 lease  2 inbox  3 history  4 attempts  5 journal
-- ARGV 1 fence  2 id of the first message  3 how many messages  4 lines of history kept  5 life of history, s
--      6 journal's length  7 record (JSON)  8 what was said (JSON)
-- Returns 1; nil when the lease is lost.
if not held(KEYS[1], ARGV[1]) then
  return nil
end
if head_id(KEYS[2]) ~= ARGV[2] then -- a repeated script (see commit.lua)
  return 1
end
redis.call('LTRIM', KEYS[2], ARGV[3], -1)
redis.call('DEL', KEYS[4])
remember(KEYS[3], { ARGV[8] }, ARGV[4], ARGV[5])
redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[6], '*', 'kind', 'passed_over', 'data', ARGV[7])
return 1
