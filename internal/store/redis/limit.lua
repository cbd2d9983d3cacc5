-- limit, version 1: GCRA for several limits at once; all of them pay or none.
-- KEYS[i]      the TAT of limit i, in microseconds since 1970, as digits
-- ARGV[1]      the cost
-- ARGV[2i]     of limit i: microseconds of a unit
-- ARGV[2i+1]   of limit i: microseconds of a burst
-- returns      0 when it is let through, or {i, wait}: limit i refuses for the
--              longest, in microseconds
-- Strings are numbers where they are counted with, and whole numbers below 2^53
-- are written with all their digits: each conversion left out is time saved.
local call, time = redis.call, redis.call('TIME')
local now, cost = time[1] * 1000000 + time[2], ARGV[1]
local tats = call('MGET', unpack(KEYS))
local by, longest = 0, 0
for i = 1, #KEYS do
  local tat, most = tonumber(tats[i]) or 0, now + ARGV[2 * i + 1]
  if tat < now then tat = now elseif tat > most then tat = most end
  tat = tat + cost * ARGV[2 * i]
  if tat - most > longest then
    by, longest = i, tat - most
  end
  tats[i] = tat
end
if by > 0 then
  return {by, longest}
end
for i = 1, #KEYS do
  call('SET', KEYS[i], tats[i], 'PX', math.ceil((tats[i] - now) / 1000))
end
return 0
