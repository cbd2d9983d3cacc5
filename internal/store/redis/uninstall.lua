-- uninstall, version 1: erases a version of an installation.
-- KEYS[1]   the platform's installations: a hash of workspaces to records
-- ARGV[1]   the workspace
-- ARGV[2]   the version
-- returns   1, also when there is nothing; 0 when there is another version
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old and string.sub(old, 1, 16) ~= ARGV[2] then
  return 0
end
redis.call('HDEL', KEYS[1], ARGV[1])
return 1
