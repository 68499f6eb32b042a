-- Those of a tenant's row who will wait for long, each found once while they stand in it.
-- KEYS 1 row    zset  conversation → ms since when it is ready
--      2 found  hash  first, last: of those found so far, conversations; first_at, last_at: since when
--      3 what the keys of inboxes begin with
-- ARGV 1 place in the row, from 0, from which on it is long  2 most  3 life of found, ms
-- Returns for each {conversation, its place, its first message (JSON), its newest}.
local row, found, from, room = KEYS[1], KEYS[2], tonumber(ARGV[1]), tonumber(ARGV[2])

-- Where that conversation stands; nil when its turn came, be it back in line by now.
local function place(end_)
  local known = redis.call('HMGET', found, end_, end_ .. '_at')
  if known[1] and redis.call('ZSCORE', row, known[1]) == known[2] then
    return redis.call('ZRANK', row, known[1])
  end
end

local answers = {}
local function find(start, stop)
  local those = redis.call('ZRANGE', row, start, stop, 'WITHSCORES')
  for n = 1, #those, 2 do
    local inbox = KEYS[3] .. those[n]
    table.insert(answers,
      { those[n], start + (n - 1) / 2, redis.call('LINDEX', inbox, 0) or '', redis.call('LINDEX', inbox, -1) or '' })
  end
  return those
end
local function note(end_, conversation, at)
  if conversation then
    redis.call('HSET', found, end_, conversation, end_ .. '_at', at)
    redis.call('PEXPIRE', found, ARGV[3])
  end
end

-- Who came behind those found so far; then, as the line got slower, who stands in front of them.
local first, last = place('first'), place('last')
local start = last and math.max(from, last + 1) or from
local those = find(start, start + room - 1)
note('last', those[#those - 1], those[#those])
if not last then
  note('first', those[1], those[2])
end
room = room - #those / 2
if last and first and from < first and room > 0 then
  those = find(math.max(from, first - room), first - 1)
  note('first', those[1], those[2])
end
return answers
