package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"archbot/internal/bot"
	"archbot/internal/store"
)

var (
	ctx   = context.Background() // of what outlives no test
	start = time.Unix(1_800_000_000, 0)
	ann   = bot.Person{Platform: "slack", Workspace: "T1", User: "U1"}
	spend = bot.Spend{
		Scope: ann.Scope(), User: "U1", Cost: 2,
		Limits: bot.Limits{User: bot.Rate{Every: time.Hour, Burst: 2}},
	}
)

func file(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "archbot.db")
}

func mustOpen(t testing.TB, path string, now func() time.Time) *Store {
	t.Helper()
	s, err := Open(path, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func fixed() time.Time { return start }

// takenFile is what the test's second process tries to open, and in which mode.
const takenFile, crashing = "ARCHBOT_TEST_FILE", "ARCHBOT_TEST_CRASH"

func TestMain(m *testing.M) {
	path := os.Getenv(takenFile)
	if path == "" {
		os.Exit(m.Run())
	}
	s, err := Open(path, fixed)
	if err != nil {
		fmt.Print(err)
		os.Exit(3)
	}
	if os.Getenv(crashing) != "" { // without Close, after the limits were written
		_, err1 := s.FirstTime(ctx, ann.Scope(), "Ev1", bot.EventMemory)
		_, err2 := s.Take(ctx, spend)
		s.writeLimits()
		err3 := s.Save(ctx, ann, bot.Saved{ID: "a"})
		fmt.Print(errors.Join(err1, err2, err3))
		_ = (&os.Process{Pid: os.Getpid()}).Kill()
		select {}
	}
	os.Exit(0)
}

func TestSecondProcess(t *testing.T) {
	path := file(t)
	s := mustOpen(t, path, fixed)
	second := func() (string, time.Duration, error) {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), takenFile+"="+path)
		began := time.Now()
		out, err := cmd.CombinedOutput()
		return string(out), time.Since(began), err
	}
	said, took, err := second()
	if err == nil || !strings.Contains(said, path) || !strings.Contains(said, "another archbot is using it") || took > 3*time.Second {
		t.Errorf("a second process: %v after %s: %q", err, took, said)
	}
	if _, err := Open(path, fixed); !errors.Is(err, ErrTaken) {
		t.Errorf("a second Open: %v, want ErrTaken", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if said, _, err := second(); err != nil {
		t.Errorf("when the first has closed it: %v: %q", err, said)
	}
}

// A process that is killed has written what its calls said it had.
func TestCrash(t *testing.T) {
	path := file(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), takenFile+"="+path, crashing+"=1")
	if out, err := cmd.CombinedOutput(); err == nil || string(out) != "<nil>" {
		t.Fatalf("the process that crashes: %v: %s", err, out)
	}
	s := mustOpen(t, path, fixed)
	first, err1 := s.FirstTime(ctx, ann.Scope(), "Ev1", bot.EventMemory)
	shelf, err2 := s.Saved(ctx, ann)
	v, err3 := s.Take(ctx, spend)
	if first || len(shelf) != 1 || v.Allowed || errors.Join(err1, err2, err3) != nil {
		t.Errorf("after a crash: event new %v, shelf %v, limit %+v, %v", first, shelf, v, errors.Join(err1, err2, err3))
	}
}

// Limits reach the file a second after they were used, without a Close.
func TestLimitsAreWrittenLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := mustOpen(t, file(t), time.Now)
		if _, err := s.Take(ctx, spend); err != nil {
			t.Fatal(err)
		}
		count := func() (n int) {
			_ = s.db.View(func(tx *bbolt.Tx) error {
				return limitKind.each(tx, time.Now(), func(_, _ []byte) error { n++; return nil })
			})
			return n
		}
		before := count()
		time.Sleep(flushAfter)
		synctest.Wait()
		if after := count(); before != 0 || after != 1 {
			t.Errorf("%d limits in the file before, %d after", before, after)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestSchemas(t *testing.T) {
	path := file(t)
	s := mustOpen(t, path, fixed)
	if err := s.Save(ctx, ann, bot.Saved{ID: "a", At: start}); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	newer, err := openSchema(path, fixed, store.Schema+1)
	if err != nil {
		t.Fatal("a newer archbot cannot open an older one's file:", err)
	}
	if shelf, err := newer.Saved(ctx, ann); err != nil || len(shelf) != 1 {
		t.Errorf("a newer archbot reads %v, %v", shelf, err)
	}
	_ = newer.Close()
	before, _ := os.ReadFile(path)
	_, err = Open(path, fixed)
	after, _ := os.ReadFile(path)
	if !errors.Is(err, bot.ErrNewerSchema) || !strings.Contains(err.Error(), "upgrade") || !strings.Contains(err.Error(), path) {
		t.Errorf("an older archbot: %v, want a refusal that says what to do", err)
	}
	if !bytes.Equal(before, after) {
		t.Error("the refused file has changed")
	}
}

func TestFilesThatAreNone(t *testing.T) {
	text := file(t)
	if err := os.WriteFile(text, bytes.Repeat([]byte("not a database\n"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := file(t)
	db, err := bbolt.Open(foreign, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
	_ = db.Close()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{text, foreign, t.TempDir(), filepath.Join(text, "below")} {
		if s, err := Open(path, fixed); err == nil || !strings.Contains(err.Error(), "the state’s file") {
			t.Errorf("%s: %v, %v", path, s, err)
		}
	}
}

func TestFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "archbot.db")
	mustOpen(t, path, fixed)
	for p, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %o", p, info.Mode(), err, want)
		}
	}
}

// What has expired goes with later writes, and a kind that is full drops what
// expires first.
func TestBounds(t *testing.T) {
	now := start
	s := mustOpen(t, file(t), func() time.Time { return now })
	k := kind{name: "bounded", limit: 50}
	count := func(k kind) (rows, ends int) {
		_ = s.db.View(func(tx *bbolt.Tx) error {
			rows, ends = k.rows(tx).Stats().KeyN, k.ends(tx).Stats().KeyN
			if n := k.rows(tx).Sequence(); n != uint64(rows) {
				t.Errorf("%s counts %d of %d", k.name, n, rows)
			}
			return nil
		})
		return rows, ends
	}
	err := s.db.Update(func(tx *bbolt.Tx) error {
		if err := k.prepare(tx); err != nil {
			return err
		}
		for i := range 200 {
			if err := k.put(tx, fmt.Sprint(i%150), nil, now.Add(time.Duration(i)*time.Minute)); err != nil {
				return err
			}
		}
		return nil
	})
	if rows, ends := count(k); err != nil || rows != 50 || ends != 50 {
		t.Errorf("%d records, %d ends, %v; want 50", rows, ends, err)
	}
	for i := range 40 {
		if _, err := s.FirstTime(ctx, ann.Scope(), bot.EventID(fmt.Sprint(i)), bot.EventMemory); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Arrived(ctx, "a.md", []string{"u"}, now); err != nil {
		t.Fatal(err)
	}
	now = now.Add(bot.ArrivalMemory + time.Hour)
	for i := range 4 {
		if _, err := s.FirstTime(ctx, ann.Scope(), bot.EventID(fmt.Sprint("later", i)), bot.EventMemory); err != nil {
			t.Fatal(err)
		}
	}
	if rows, ends := count(eventKind); rows != 4 || ends != 4 {
		t.Errorf("%d events, %d ends are left, want 4", rows, ends)
	}
	_ = s.db.View(func(tx *bbolt.Tx) error {
		if name, _ := tx.Bucket(arrivalsBucket).Cursor().First(); name != nil {
			t.Errorf("the list %q is left", name)
		}
		return nil
	})
}

func FuzzDecodeShelf(f *testing.F) {
	f.Add([]byte{1, 9, 'a'})
	f.Add(encodeShelf([]bot.Saved{{ID: "a", At: start, Data: []byte("x")}, {ID: "b", At: start}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		shelf, err := decodeShelf(b)
		if _, damaged := errors.AsType[*store.DecodeError](err); err != nil && !damaged && !errors.Is(err, bot.ErrNewerSchema) {
			t.Errorf("%q: %v", b, err)
		}
		if again, err2 := decodeShelf(encodeShelf(shelf)); err == nil && (err2 != nil || len(again) != len(shelf)) {
			t.Errorf("%q is read as %v, then as %v (%v)", b, shelf, again, err2)
		}
	})
}

func FuzzDecodeRow(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(append(encodeEnd(start), "data"...))
	f.Fuzz(func(t *testing.T, b []byte) {
		end, data, ok := decodeRow(b)
		if ok != (len(b) >= endLength) || ok && end.UnixMilli() >= 0 && !bytes.Equal(append(encodeEnd(end), data...), b) {
			t.Errorf("%q is read as %v, %q, %v", b, end, data, ok)
		}
		if a, err := decodeArrival(b); err == nil && a.Packed() < 0 {
			t.Errorf("%q is read as %+v", b, a)
		}
	})
}
