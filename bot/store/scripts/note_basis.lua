-- What an answer rests on, behind that of the answers before; only the newest are kept.
-- KEYS 1 bases  list
-- ARGV 1 basis (JSON)  2 most that are kept  3 their life, s
-- Returns 1.
if not redis.call('LPOS', KEYS[1], ARGV[1]) then -- else a repeated script (see commit.lua)
  remember(KEYS[1], { ARGV[1] }, ARGV[2], ARGV[3])
end
return 1
