-- forget, version 1: erases what is a person's own, and tells what else to erase.
-- KEYS[1]   the person's notes
-- KEYS[2]   their shelf
-- returns   the notes of all records that are theirs
redis.call('DEL', KEYS[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
