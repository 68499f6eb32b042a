-- How tenants' lines stand in a partition.
-- KEYS 1 line  2 turns
-- ARGV the tenants
-- Returns {ms now, and for each tenant: how many are ready, ms since when the first of them is (0: nobody is), turns
-- it had}.
local found = { now() }
for _, tenant in ipairs(ARGV) do
  local row = KEYS[1] .. ':' .. tenant
  table.insert(found, redis.call('ZCARD', row))
  table.insert(found, tonumber(redis.call('ZRANGE', row, 0, 0, 'WITHSCORES')[2] or 0))
  table.insert(found, tonumber(redis.call('HGET', KEYS[2], 'had:' .. tenant) or 0))
end
return found
