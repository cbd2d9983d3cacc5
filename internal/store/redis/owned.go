package redis

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"archbot/internal/bot"
	"archbot/internal/store"
)

// Conversations and tokens are records of a scope that are also somebody's, and
// the person has a note of each. Where both are in one slot, one script writes
// both. Else the note is written first, so that a crash leaves no record without
// one, and once more after the record, in case Forget took it away in between.

// LoadConversation is bot.Conversations'.
func (s *Store) LoadConversation(ctx context.Context, id bot.ConversationID) ([]byte, error) {
	return s.load(ctx, "a conversation", store.ConversationKey(id))
}

// KeepConversation is bot.Conversations'.
func (s *Store) KeepConversation(ctx context.Context, id bot.ConversationID, by bot.Person, data []byte, keep time.Duration) error {
	if err := store.CheckSize("conversation", len(data), bot.MaxConversation); err != nil {
		return err
	}
	return s.keep(ctx, "a conversation", store.ConversationKey(id), by, data, keep)
}

// EndConversation is bot.Conversations'.
func (s *Store) EndConversation(ctx context.Context, id bot.ConversationID) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	return s.failed("a conversation", s.client.Del(ctx, s.key(store.ConversationKey(id))).Err())
}

// KeepToken is bot.Tokens'.
func (s *Store) KeepToken(ctx context.Context, scope bot.Scope, by bot.Person, payload []byte, keep time.Duration) (bot.TokenID, error) {
	if err := store.CheckSize("token", len(payload), bot.MaxToken); err != nil {
		return "", err
	}
	id := store.NewTokenID(payload)
	if err := s.keep(ctx, "a token", store.TokenKey(scope, id), by, payload, keep); err != nil {
		return "", err
	}
	return id, nil
}

// LoadToken is bot.Tokens'.
func (s *Store) LoadToken(ctx context.Context, scope bot.Scope, id bot.TokenID) ([]byte, error) {
	return s.load(ctx, "a token", store.TokenKey(scope, id))
}

func (s *Store) load(ctx context.Context, what string, key store.Key) ([]byte, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	record, err := s.client.Get(ctx, s.key(key)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, s.failed(what, err)
	}
	return store.DecodeBlob(record)
}

// keep writes a record and notes whose it is.
func (s *Store) keep(ctx context.Context, what string, key store.Key, by bot.Person, data []byte, keep time.Duration) error {
	if err := errors.Join(store.CheckKeep(keep), s.ready(ctx)); err != nil {
		return err
	}
	notes := store.OwnedKey(by)
	note := []any{store.EncodeOwned(key), milliseconds(keep), bot.MaxOwned}
	keys := []string{s.key(notes)}
	var surplus []string
	var err error
	if notes.Tag == key.Tag {
		surplus, err = keepScript.Run(ctx, s.client, append(keys, s.key(key)), append(note, store.EncodeBlob(data))...).StringSlice()
	} else {
		err = keepScript.Run(ctx, s.client, keys, note...).Err()
		if err == nil {
			err = s.client.Set(ctx, s.key(key), store.EncodeBlob(data), keep).Err()
		}
		if err == nil {
			surplus, err = keepScript.Run(ctx, s.client, keys, note...).StringSlice()
		}
	}
	if err != nil {
		return s.failed(what, err)
	}
	return s.drop(ctx, notes, surplus)
}

// Forget is bot.Forgetter's. What was noted before it began is erased; cut off,
// it leaves the notes of what is left.
func (s *Store) Forget(ctx context.Context, p bot.Person) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	notes := store.OwnedKey(p)
	all, err := forgetScript.Run(ctx, s.client, []string{s.key(notes), s.key(store.ShelfKey(p))}).StringSlice()
	if err != nil {
		return s.failed("what to forget", err)
	}
	return s.drop(ctx, notes, all)
}

// drop erases the records of notes, and the notes.
func (s *Store) drop(ctx context.Context, notes store.Key, members []string) error {
	if len(members) == 0 {
		return nil
	}
	near, far := []string{s.key(notes)}, make(map[string][]string) // by slot
	done := make([]any, 0, len(members))
	for _, member := range members {
		key, err := store.DecodeOwned(member)
		switch {
		case err != nil: // damaged: only the note can go
		case key.Tag == notes.Tag:
			near = append(near, s.key(key))
		default:
			far[key.Tag] = append(far[key.Tag], s.key(key))
		}
		done = append(done, member)
	}
	// Before the notes are gone, so that a crash leaves none without one; and after,
	// as somebody may have written the record, and its note, in between.
	erase := func() error {
		for _, keys := range far {
			if err := s.client.Del(ctx, keys...).Err(); err != nil {
				return s.failed("what to forget", err)
			}
		}
		return nil
	}
	if err := erase(); err != nil {
		return err
	}
	if err := dropScript.Run(ctx, s.client, near, done...).Err(); err != nil {
		return s.failed("what to forget", err)
	}
	return erase()
}
