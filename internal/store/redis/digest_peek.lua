-- digest_peek, version 1: which workspaces of a part may have something due.
-- KEYS[1]   the part's index: a sorted set of workspaces by when to look at them
-- ARGV[1]   what is due then, in milliseconds since 1970; '' for the server's time
-- ARGV[2]   how many workspaces to name
-- returns   {the time, milliseconds until the next one after those named, or -1,
--           workspace, when, workspace, when, ...}, the earliest first
local call, time = redis.call, redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local horizon = math.max(tonumber(ARGV[1]) or now, now)
local most = tonumber(ARGV[2])
local found = call('ZRANGE', KEYS[1], 0, most, 'WITHSCORES')
local out, wait = {string.format('%.0f', now), '-1'}, nil
for i = 1, #found, 2 do
  local when = tonumber(found[i + 1])
  if when > horizon or #out >= 2 + 2 * most then
    wait = math.max(when - horizon, 0)
    break
  end
  out[#out + 1] = found[i]
  out[#out + 1] = found[i + 1]
end
if wait then out[2] = string.format('%.0f', wait) end
return out
