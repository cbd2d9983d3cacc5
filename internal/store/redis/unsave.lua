-- unsave, version 1: takes an entry off a shelf, and the shelf with the last one.
-- KEYS[1]   the shelf
-- ARGV[1]   the entry's id
-- returns   1, or 0 when it was not there
local removed = redis.call('HDEL', KEYS[1], ARGV[1])
if redis.call('HLEN', KEYS[1]) == 1 then
  redis.call('DEL', KEYS[1])
end
return removed
