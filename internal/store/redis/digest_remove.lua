-- digest_remove, version 1: erases a record with its history.
-- KEYS[1]   the channel's records: a hash by id
-- KEYS[2]   what is due in the workspace: "CHANNEL\0ID" by when
-- KEYS[3]   leases: likewise
-- KEYS[4]   the part's index: workspaces by when to look at them
-- KEYS[5]   the subscription's history
-- KEYS[6]   lanes: channels by when they are free; '' is the workspace
-- ARGV[1]   the id
-- ARGV[2]   "CHANNEL\0ID"
-- ARGV[3]   the workspace, as the index has it
-- returns   1 where there was one, else 0
local call = redis.call
local removed = call('HDEL', KEYS[1], ARGV[1])
call('ZREM', KEYS[2], ARGV[2])
call('ZREM', KEYS[3], ARGV[2])
call('DEL', KEYS[5])
local first = call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
if #first == 0 then
  call('ZREM', KEYS[4], ARGV[3])
else
  local free = tonumber(call('ZSCORE', KEYS[6], '') or 0)
  call('ZADD', KEYS[4], string.format('%.0f', math.max(tonumber(first[2]), free)), ARGV[3])
end
return removed
