-- digest_channel, version 1: a channel's records, with the time on their server.
-- KEYS[1]   the channel's records: a hash by id
-- returns   {milliseconds since 1970, record, record, ...}
local time = redis.call('TIME')
local out = redis.call('HVALS', KEYS[1])
table.insert(out, 1, string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
return out
