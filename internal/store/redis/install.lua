-- install, version 1: keeps an installation in place of a version of it.
-- KEYS[1]   the platform's installations: a hash of workspaces to records
-- ARGV[1]   the workspace
-- ARGV[2]   the version to replace; empty where there must be none
-- ARGV[3]   the record, which begins with its version, of 16 bytes
-- ARGV[4]   how many installations there may be
-- returns   1; 0 when there is another version; -1 when there is no room. A call that
--           the client sends again, because the answer was lost, is told 1 again.
local old = redis.call('HGET', KEYS[1], ARGV[1])
local version = old and string.sub(old, 1, 16) or ''
if version == string.sub(ARGV[3], 1, 16) then
  return 1
end
if version ~= ARGV[2] then
  return 0
end
if not old and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then
  return -1
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
