-- drop, version 1: erases a person's records, and the notes of them.
-- KEYS[1]    the person's notes
-- KEYS[1+j]  a record in the same slot; those in others were erased before
-- ARGV[i]    the note of a record
-- returns    how many notes were there
if #KEYS > 1 then
  redis.call('DEL', unpack(KEYS, 2))
end
return redis.call('ZREM', KEYS[1], unpack(ARGV))
