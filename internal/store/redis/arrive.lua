-- arrive, version 1: marks resources as being in a list today.
-- KEYS[1]    the list: a sorted set of resources by day * 2^32 + second, which are
--            the last day that the list had them and the second they were first seen
-- ARGV[1]    the second to note for new ones
-- ARGV[2]    today
-- ARGV[3]    the day before which whoever was seen last is let go
-- ARGV[4]    how many resources are remembered
-- ARGV[5]    milliseconds until a list that nobody loads goes
-- ARGV[5+i]  resource i
-- returns    the second in which each was first seen
local shift = 4294967296
local function text(n) return string.format('%.0f', n) end
local first = {}
for i = 6, #ARGV do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
  local second, day = tonumber(ARGV[1]), tonumber(ARGV[2])
  if score then
    local was = tonumber(score)
    second, day = was % shift, math.max(day, math.floor(was / shift))
  end
  local packed = day * shift + second
  if not score or packed ~= tonumber(score) then
    redis.call('ZADD', KEYS[1], text(packed), ARGV[i])
  end
  first[i - 5] = second
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. text(ARGV[3] * shift))
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[4]))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return first
