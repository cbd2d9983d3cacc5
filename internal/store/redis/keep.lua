-- keep, version 1: notes that a record is somebody's, and writes it where it is
-- in the same slot.
-- KEYS[1]   the person's notes: a sorted set of records by when they expire
-- KEYS[2]   the record; left out when it is in another slot
-- ARGV[1]   the record, as the note has it
-- ARGV[2]   milliseconds to keep it for
-- ARGV[3]   how many records somebody may have
-- ARGV[4]   the record's bytes, with KEYS[2]
-- returns   the notes of those that are too many, to be let go
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(n) return string.format('%.0f', n) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now))
redis.call('ZADD', KEYS[1], text(now + ARGV[2]), ARGV[1])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
redis.call('PEXPIRE', KEYS[1], text(math.max(tonumber(last[2]) - now, 1)))
if KEYS[2] then
  redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[2])
end
local surplus = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[3])
if surplus > 0 then
  return redis.call('ZRANGE', KEYS[1], 0, surplus - 1)
end
return {}
