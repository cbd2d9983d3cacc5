-- digest_claim, version 1: takes what is due longest in a workspace, no faster than
-- the pace, and keeps others from it for a lease. Its twin is store.DueQueue.
-- KEYS[1]   the part's index: workspaces by when to look at them
-- KEYS[2]   what is due: a sorted set of "CHANNEL\0ID" by when
-- KEYS[3]   leases: likewise, by when they end
-- KEYS[4]   lanes: channels by when they are free; '' is the workspace
-- ARGV[1]   the workspace, as the index has it
-- ARGV[2]   what is due then, in milliseconds since 1970; '' for the server's time
-- ARGV[3]   milliseconds of the lease
-- ARGV[4]   milliseconds from one in a channel to the next
-- ARGV[5]   milliseconds from one in the workspace to the next
-- ARGV[6]   how many to look at
-- ARGV[7]   how many characters an id has
-- returns   {the time, milliseconds until there may be more, or -1, what was taken or ''}
local call, time = redis.call, redis.call('TIME')
local function text(n) return string.format('%.0f', n) end
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = tonumber(ARGV[2]) or now

-- look tells the index when to look again, and returns when the first is due.
local function look(free, blocked)
  local first = call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
  if #first == 0 then
    call('ZREM', KEYS[1], ARGV[1])
    return nil
  end
  local head = tonumber(first[2])
  call('ZADD', KEYS[1], text(math.max(head, free, blocked or 0)), ARGV[1])
  return head
end

-- keep has a set expire with the last of what is in it.
local function keep(key)
  local last = call('ZREVRANGE', key, 0, 0, 'WITHSCORES')
  call('PEXPIRE', key, text(math.max(last[2] - now, 0) + 1000))
end

local free = tonumber(call('ZSCORE', KEYS[4], '') or 0)
if free > now then
  if look(free) then return {text(now), text(free - now), ''} end
  return {text(now), '-1', ''}
end
call('ZREMRANGEBYSCORE', KEYS[3], '-inf', text(now))
call('ZREMRANGEBYSCORE', KEYS[4], '-inf', text(now))
local blocked
local due = call('ZRANGEBYSCORE', KEYS[2], '-inf', text(at), 'LIMIT', 0, ARGV[6])
for _, member in ipairs(due) do
  local channel = string.sub(member, 1, #member - ARGV[7])
  local till = math.max(tonumber(call('ZSCORE', KEYS[3], member) or 0), tonumber(call('ZSCORE', KEYS[4], channel) or 0))
  if till > now then
    if not blocked or till < blocked then blocked = till end
  else
    local lease, paused = now + ARGV[3], now + ARGV[5]
    call('ZADD', KEYS[2], text(lease), member)
    call('ZADD', KEYS[3], text(lease), member)
    call('ZADD', KEYS[4], text(now + ARGV[4]), channel, text(paused), '')
    keep(KEYS[3])
    keep(KEYS[4])
    local head = look(paused)
    return {text(now), text(math.max(paused - now, head - at, 0)), member}
  end
end
local head = look(0, blocked)
if blocked then return {text(now), text(blocked - now), ''} end
if not head then return {text(now), '-1', ''} end
return {text(now), text(math.max(head - at, 0)), ''}
