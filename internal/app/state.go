package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store"
	"archbot/internal/store/bolt"
	"archbot/internal/store/memory"
	"archbot/internal/store/redis"
	"archbot/internal/store/resilient"
)

// Keeping says how an App keeps its state.
type Keeping int

// The ways to keep a state: in Redis where the settings name one, else in the file.
const (
	KeepNothing       Keeping = iota // for what answers once
	KeepState                        // a file that another process has is an error
	KeepStateOrMemory                // it is not: the state lives as long as the process
	KeepMemory                       // as long as the process, wherever it runs
)

// openState opens the state and has Stop close it, after all that uses it.
func (a *App) openState(ctx context.Context) error {
	if a.options.Keep == KeepNothing {
		return nil
	}
	var s store.Store
	var err error
	switch {
	case a.options.Keep == KeepMemory:
		s, a.keptIn = memory.New(time.Now), "in memory, for as long as this process"
	case a.options.Settings.Redis != "":
		s, err = a.openRedis(ctx)
	default:
		s, err = a.openFile()
	}
	if err != nil {
		return err
	}
	a.State, a.kept = s, s
	a.cleanups = append(a.cleanups, func() {
		if err := s.Close(); err != nil {
			a.log.Error("the state is not closed as it should be", "error", err)
		}
	})
	return nil
}

// How long a start looks whether Redis holds the state of a newer archbot. It waits
// for as long as a Redis that is well takes, and looks on in the background.
const (
	startWait     = 20 * time.Millisecond
	startPatience = 2 * time.Second
)

// openRedis does not insist on Redis being there: what wraps it goes on without. Where
// it turns out later that it holds the state of a newer archbot, the App is unfit.
func (a *App) openRedis(ctx context.Context) (store.Store, error) {
	set := a.options.Settings
	remote, err := redis.New(redis.Config{
		URL: set.Redis.Reveal(), User: set.RedisUser, Password: set.RedisPassword.Reveal(), CA: set.RedisCA, Prefix: set.RedisPrefix,
	})
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL: %w", err)
	}
	looking, cancel := context.WithTimeout(ctx, max(startPatience, a.options.patience))
	outcome := make(chan error, 1)
	var look sync.WaitGroup
	look.Go(func() {
		err := remote.Open(looking)
		if errors.Is(err, bot.ErrNewerSchema) {
			a.unfit(err)
		}
		outcome <- err
	})
	soon := time.NewTimer(a.wait)
	defer soon.Stop()
	select {
	case err = <-outcome:
	case <-soon.C:
	}
	stop := func() { cancel(); look.Wait() }
	if errors.Is(err, bot.ErrNewerSchema) {
		stop()
		return nil, errors.Join(err, remote.Close())
	}
	a.keptIn = "in Redis at " + remote.Where()
	a.leases = remote // and not what goes on without it: then every replica would have them all
	patience := cmp.Or(a.options.patience, resilient.Patience)
	if a.observed == nil {
		return &looked{resilient.New(remote, a.log, patience), stop}, nil
	}
	counted := a.observed.store("redis", remote)
	s := resilient.New(counted, a.log, patience)
	a.observed.state("redis", "Redis", func() bool { return counted.Up() && s.Up() })
	return &looked{s, stop}, nil
}

// looked is a state that is still being looked at.
type looked struct {
	*resilient.Store
	stop func()
}

// Close ends the look first.
func (l *looked) Close() error {
	l.stop()
	return l.Store.Close()
}

func (a *App) openFile() (store.Store, error) {
	path := a.options.Settings.State
	if path == "" {
		directory, err := stateHome()
		if err != nil {
			return nil, err
		}
		path = filepath.Join(directory, "archbot", "archbot.db")
	}
	s, err := bolt.Open(path, time.Now)
	if errors.Is(err, bolt.ErrTaken) && a.options.Keep == KeepStateOrMemory {
		a.log.Warn("another archbot is using the state’s file: what is kept here is gone at the end", "file", path)
		a.keptIn = "in memory, for as long as this process"
		return memory.New(time.Now), nil
	}
	if err != nil {
		return nil, err
	}
	a.keptIn = "in the file " + path + ", for one process"
	if a.observed != nil {
		counted := a.observed.store("file", s)
		a.observed.state("file", "a local file", counted.Up)
		return counted, nil
	}
	return s, nil
}

// stateHome is where programs keep what outlives them, by the XDG base directory
// specification: https://specifications.freedesktop.org/basedir-spec/latest/
func stateHome() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	directory := cmp.Or(os.Getenv("XDG_STATE_HOME"), filepath.Join(home, ".local", "state"))
	if !filepath.IsAbs(directory) { // which the specification says to ignore
		return "", errors.New("there is no home for the state’s file: name it with ARCHBOT_STATE")
	}
	return directory, nil
}
