-- Keep what a customer thinks of a reply, in the place of what they thought before, with what the reply rests on.
-- KEYS 1 judged  2 opinions  3 bases: what the newest replies rest on (JSON)
-- ARGV 1 reply's id  2 opinion (JSON)  3 when, unix s  4 most replies judged  5 their life, s  6 most opinions
-- Returns 1, or 0 when this conversation judged too many replies.
local at, entry = (redis.call('HGET', KEYS[1], ARGV[1]) or ''):match('^(%S+) (%S+)$')
if at and tonumber(at) >= tonumber(ARGV[3]) then -- a repeated script (see commit.lua), or overtaken by a newer one
  return 1
end
local basis
for _, one in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do
  local read, known = pcall(cjson.decode, one)
  if read and type(known) == 'table' and known.reply == ARGV[1] then
    basis = one
  end
end
if entry then
  local before = redis.call('XRANGE', KEYS[2], entry, entry)[1]
  basis = basis or before and before[2][5] == 'basis' and before[2][6] -- it was forgotten since
  redis.call('XDEL', KEYS[2], entry)
elseif redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then
  return 0
end
entry = redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[6], '*', 'kind', 'opinion', 'data', ARGV[2],
  unpack(basis and { 'basis', basis } or {}))
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3] .. ' ' .. entry)
if redis.call('TTL', KEYS[1]) < 0 then
  redis.call('EXPIRE', KEYS[1], ARGV[5])
end
return 1
