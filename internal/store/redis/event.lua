-- event, version 1: remembers an event, and says whether that is new.
-- KEYS[1]   the event
-- ARGV[1]   a word of the caller's own: a call that the client sends again,
--           because the answer was lost, finds it and is told the same
-- ARGV[2]   milliseconds to remember it for
-- returns   1 for the first time, else 0
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) or redis.call('GET', KEYS[1]) == ARGV[1] then
  return 1
end
return 0
