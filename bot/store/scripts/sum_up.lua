-- A summary of what was said first, unless the one that is there reaches further, or nothing of it is left.
-- KEYS 1 summary  2 history
-- ARGV 1 summary (JSON)  2 how far it reaches, unix seconds  3 its life, s
-- Returns 1 when it is kept, else 0.
local known = redis.call('GET', KEYS[1])
local read, before = pcall(cjson.decode, known or '')
if read and type(before) == 'table' and (tonumber(before.upto) or 0) > tonumber(ARGV[2]) then
  return 0
end
if redis.call('EXISTS', KEYS[2]) == 0 then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return 1
