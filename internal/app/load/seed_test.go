package load

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archbot/adapters/slack"
	"archbot/internal/catalog"
	"archbot/internal/digest"
	"archbot/internal/source"
	"archbot/internal/store/redis"
)

// seeders are how many things are put in at once.
const seeders = 8

// each does something with all numbers below n, several at once.
func each(n int, do func(int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range seeders {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	all.Wait()
}

// install has every workspace install the app as a browser does: its token is encrypted
// and kept by archbot itself.
func install(t *testing.T, host string, spaces int) {
	t.Helper()
	browser := &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: seeders},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	each(spaces, func(n int) {
		consent, cookie, _ := visit(t, browser, "http://"+host+slack.PathInstall, nil)
		at, err := url.Parse(consent)
		if err != nil || cookie == nil {
			t.Errorf("no consent page: %q %v", consent, err)
			return
		}
		back := url.Values{"state": {at.Query().Get("state")}, "code": {code(n)}}
		if _, _, page := visit(t, browser, "http://"+host+slack.PathOAuth+"?"+back.Encode(), cookie); !strings.Contains(page, "Welcome") {
			t.Errorf("workspace %d does not install the app: %.300s", n, page)
		}
	})
}

// visit gets a page.
func visit(t *testing.T, browser *http.Client, address string, cookie *http.Cookie) (location string, set *http.Cookie, page string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Error(err)
		return "", nil, ""
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	response, err := browser.Do(r)
	if err != nil {
		t.Error(err)
		return "", nil, ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	for _, c := range response.Cookies() {
		set = c
	}
	return response.Header.Get("Location"), set, string(text)
}

// subscribe has channels subscribe to topics of the embedded list, once a week each, at
// times all over the week.
func subscribe(t *testing.T, address string, spaces, subscriptions int) {
	t.Helper()
	store, err := redis.New(redis.Config{URL: "redis://" + address})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	topics := topicsOf(t)
	engine := &digest.Engine{Store: store, Policy: digest.DefaultPolicy}
	each(subscriptions, func(n int) {
		topic := topics[n%len(topics)]
		space := n % spaces
		_, err := engine.Add(t.Context(), digest.Subscription{
			ID: digest.NewID(), Place: digest.Place{Platform: string(slack.Platform), Workspace: team(space), Channel: channel(space, n/spaces%channelsEach)},
			Topic: topic.ID, Title: topic.Title, Zone: "UTC", Count: digest.DefaultCount, By: user(space, 0),
			Schedule: digest.Schedule{Unit: digest.Weekly, Every: 1, Days: digest.On(time.Weekday(n % 7)), At: digest.Clock(n * 7919 % digest.MinutesADay)},
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func topicsOf(t *testing.T) []catalog.Topic {
	t.Helper()
	loader, err := source.New(source.Config{Lists: []string{"embedded"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := loader.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return loader.Current().Catalog.Topics
}
