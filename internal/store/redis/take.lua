-- take, version 1: lets a request through once, if it was not delivered before, by GCRA
-- for several limits at once; all of them pay or none.
-- KEYS[i]      the TAT of limit i, in microseconds since 1970, as digits
-- KEYS[n+1]    the event that was delivered, where there is one
-- ARGV[1]      the cost
-- ARGV[2]      n, how many limits there are
-- ARGV[2i+1]   of limit i: microseconds of a unit
-- ARGV[2i+2]   of limit i: microseconds of a burst
-- ARGV[2n+3]   of the event: a word of the caller's own: a call that the client sends
--              again, because the answer was lost, finds it and is told the same
-- ARGV[2n+4]   of the event: microseconds to hold it for; 0 settles it
-- ARGV[2n+5]   of the event: milliseconds to remember it for
-- returns      0 when it is let through, 1 when it takes up what another one held for too
--              long and has paid for; -1 when the event is settled; or {i, wait}: for so
--              many microseconds another one holds it (i is 0), or limit i refuses it,
--              which is the one that does so for the longest
-- An event is settled by any value but held:UNTIL:WORD, and resumed:UNTIL:WORD where
-- somebody took it up. One that is held for more than a minute was so by a clock that has
-- gone back since, and is not.
-- Strings are numbers where they are counted with, and whole numbers below 2^53
-- are written with all their digits: each conversion left out is time saved.
local call, time = redis.call, redis.call('TIME')
local now, cost, n = time[1] * 1000000 + time[2], ARGV[1], tonumber(ARGV[2])
local kept = call('MGET', unpack(KEYS))
local event = KEYS[n + 1]
if event then
  local word, hold, was, how = ARGV[2 * n + 3], tonumber(ARGV[2 * n + 4]), kept[n + 1], 'held'
  if was and was ~= word then
    local state, till, by = string.match(was, '^(%l+):(%d+):(.*)$')
    if state ~= 'held' and state ~= 'resumed' then
      return -1
    elseif by == word then
      how = state
    else
      local wait = till - now
      if wait > 0 and wait <= 60000000 then
        return {0, wait}
      end
      how = 'resumed'
    end
  end
  if hold > 0 then
    word = string.format('%s:%.0f:%s', how, now + hold, word)
  end
  call('SET', event, word, 'PX', ARGV[2 * n + 5])
  if how == 'resumed' then
    return 1
  end
end
local by, longest = 0, 0
for i = 1, n do
  local tat, most = tonumber(kept[i]) or 0, now + ARGV[2 * i + 2]
  if tat < now then tat = now elseif tat > most then tat = most end
  tat = tat + cost * ARGV[2 * i + 1]
  if tat - most > longest then
    by, longest = i, tat - most
  end
  kept[i] = tat
end
if by > 0 then
  return {by, longest}
end
for i = 1, n do
  call('SET', KEYS[i], kept[i], 'PX', math.ceil((kept[i] - now) / 1000))
end
return 0
