-- save, version 1: puts an entry on a shelf, a hash of ids to "ORDER:RECORD".
-- KEYS[1]   the shelf; its field "" counts the order up
-- ARGV[1]   the entry's id
-- ARGV[2]   its record
-- ARGV[3]   how many entries a shelf has room for
-- ARGV[4]   milliseconds until a shelf that nobody looks at goes
-- returns   1, or 0 when it is full
local old = redis.call('HGET', KEYS[1], ARGV[1])
local order
if old then
  order = string.match(old, '^%d+')
else
  if redis.call('HLEN', KEYS[1]) - 1 >= tonumber(ARGV[3]) then
    return 0
  end
  order = redis.call('HINCRBY', KEYS[1], '', 1)
end
redis.call('HSET', KEYS[1], ARGV[1], order .. ':' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
