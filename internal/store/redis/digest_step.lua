-- digest_step, version 1: writes a record, if it is as its writer knows it.
-- KEYS[1]   the channel's records: a hash by id; a record's bytes 2 to 9 are its version
-- KEYS[2]   what is due in the workspace: "CHANNEL\0ID" by when
-- KEYS[3]   leases: likewise
-- KEYS[4]   lanes: channels by when they are free; '' is the workspace
-- KEYS[5]   the part's index: workspaces by when to look at them
-- KEYS[6]   the subscription's history: a list, the latest first
-- KEYS[7]   what the channel has seen: fields by the second
-- KEYS[8]   the workspace's channels: a set
-- ARGV[1]   the id
-- ARGV[2]   the version that its writer knows: eight bytes; '' where there is none
-- ARGV[3]   the record to write
-- ARGV[4]   when it is due, in milliseconds since 1970; '' for never
-- ARGV[5]   "CHANNEL\0ID"
-- ARGV[6]   the workspace, as the index has it
-- ARGV[7]   the channel, as the set has it
-- ARGV[8]   how many records a channel may have
-- ARGV[9]   an outcome for the history, or ''
-- ARGV[10]  how many outcomes are kept
-- ARGV[11]  milliseconds that history, and what was seen, are kept for
-- ARGV[12]  the second in which the fields that follow were seen
-- ARGV[13]  how many fields are kept
-- ARGV[14+] fields
-- returns   1 written, now or by the same call before; 0 somebody else has written; -1 full
local call = redis.call
local function text(n) return string.format('%.0f', n) end
local was = call('HGET', KEYS[1], ARGV[1])
if was == ARGV[3] then return 1 end
if (was and string.sub(was, 2, 9) or '') ~= ARGV[2] then return 0 end
if not was and call('HLEN', KEYS[1]) >= tonumber(ARGV[8]) then return -1 end
call('HSET', KEYS[1], ARGV[1], ARGV[3])
call('SADD', KEYS[8], ARGV[7])
call('ZREM', KEYS[3], ARGV[5])
if ARGV[4] == '' then
  call('ZREM', KEYS[2], ARGV[5])
else
  call('ZADD', KEYS[2], ARGV[4], ARGV[5])
end
local first = call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
if #first == 0 then
  call('ZREM', KEYS[5], ARGV[6])
else
  local free = tonumber(call('ZSCORE', KEYS[4], '') or 0)
  call('ZADD', KEYS[5], text(math.max(tonumber(first[2]), free)), ARGV[6])
end
if ARGV[9] ~= '' then
  call('LPUSH', KEYS[6], ARGV[9])
  call('LTRIM', KEYS[6], 0, ARGV[10] - 1)
  call('PEXPIRE', KEYS[6], ARGV[11])
end
for i = 14, #ARGV do
  local seen = tonumber(call('ZSCORE', KEYS[7], ARGV[i]) or 0)
  call('ZADD', KEYS[7], text(math.max(seen, tonumber(ARGV[12]))), ARGV[i])
end
if #ARGV >= 14 then
  call('ZREMRANGEBYRANK', KEYS[7], 0, -1 - tonumber(ARGV[13]))
  call('PEXPIRE', KEYS[7], ARGV[11])
end
return 1
