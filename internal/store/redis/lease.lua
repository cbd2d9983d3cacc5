-- lease, version 1: gives what one at a time may have, or goes on giving it.
-- KEYS[1]   who has it
-- KEYS[2]   what was left with it
-- ARGV[1]   who asks
-- ARGV[2]   milliseconds to have it for; 0 lets go of it
-- ARGV[3]   what to leave; empty for nothing new. It counts only where who asks has it
--           already: who has it anew does not know what others have left meanwhile
-- ARGV[4]   milliseconds to keep that for
-- returns   1 where who asks has it, or nobody has it any more, else 0; and what was left
--           with it, or false. A call that the client sends again is told the same
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return {0, false}
end
if holder and ARGV[3] ~= '' then
  redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
end
if ARGV[2] ~= '0' then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
elseif holder then
  redis.call('DEL', KEYS[1])
end
return {1, redis.call('GET', KEYS[2])}
