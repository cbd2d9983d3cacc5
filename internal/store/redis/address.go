package redis

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Config says where Redis is and how to get in.
type Config struct {
	// URL is one of
	//
	//	redis://[USER:PASSWORD@]HOST[:PORT][/DB]                     one server
	//	redis+cluster://[USER:PASSWORD@]HOST[:PORT][,HOST...]        a cluster
	//	redis+sentinel://[USER:PASSWORD@]SENTINEL[:PORT][,...]/MASTER[/DB]
	//
	// and "rediss" for TLS. The last one takes ?sentinel_user= and
	// ?sentinel_password= for Sentinels that ask for them.
	URL      string
	User     string // in place of the URL's
	Password string // in place of the URL's
	CA       string // a file of certificates to trust in place of the system's
	Prefix   string // of all keys; DefaultPrefix when empty
}

// DefaultPrefix stands before all keys when nothing else was asked for.
const DefaultPrefix = "archbot"

// Errors of a Config. None of them shows any of the URL: it may hold a password.
var (
	errScheme   = errors.New("the Redis URL must begin with redis://, rediss://, redis+cluster:// or redis+sentinel:// (rediss+… for TLS)")
	errHost     = errors.New("the Redis URL names no host")
	errPort     = errors.New("the Redis URL has a port that is no number")
	errHosts    = errors.New("the Redis URL names several hosts: it must begin with redis+cluster:// or redis+sentinel://")
	errMaster   = errors.New("the Redis URL names no master: redis+sentinel://HOST/MASTER")
	errDatabase = errors.New("the Redis URL’s database is not a number, or a cluster’s, which has only one")
	errQuery    = errors.New("the Redis URL has parameters after “?” that mean nothing here")
	errEscape   = errors.New("the Redis URL has a “%” that is no escape; a “%” itself is written %25")
	errPrefix   = errors.New("the Redis key prefix must be plain letters without braces or spaces, 100 at most")
	errCA       = errors.New("there is a file of CAs, but the Redis URL asks for no TLS: it must begin with rediss")
)

// client returns the client's options.
func (c Config) client() (*redis.UniversalOptions, error) {
	o, err := parse(c.URL)
	if err != nil {
		return nil, err
	}
	if c.User != "" {
		o.Username = c.User
	}
	if c.Password != "" {
		o.Password = c.Password
	}
	if c.CA != "" {
		if o.TLSConfig == nil {
			return nil, errCA
		}
		if o.TLSConfig.RootCAs, err = trust(c.CA); err != nil {
			return nil, err
		}
	}
	if strings.ContainsAny(c.Prefix, "{} \t\r\n\x00") || len(c.Prefix) > 100 {
		return nil, errPrefix
	}
	tune(o)
	return o, nil
}

// where says where Redis is, without what is needed to get in.
func where(o *redis.UniversalOptions) string {
	hosts := strings.Join(o.Addrs, ", ")
	switch {
	case o.IsClusterMode:
		return "the cluster at " + hosts
	case o.MasterName != "":
		return "the one that Sentinels watch at " + hosts
	}
	return hosts
}

// tune sets what does not depend on where Redis is. The caller's context says how
// long a call may take. A connection has longer, as a new one is made beside the
// call that asked for it, and serves the next one.
func tune(o *redis.UniversalOptions) {
	o.ContextTimeoutEnabled = true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = 2*time.Second, time.Second, time.Second
	o.DialerRetries = 1
	o.MaxRetries, o.MinRetryBackoff, o.MaxRetryBackoff = 1, 4*time.Millisecond, 16*time.Millisecond
	o.MinIdleConns = 1
	// Two round trips for each connection that nothing here needs.
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// parse reads a URL. It does so by hand as several hosts make none for net/url.
func parse(text string) (*redis.UniversalOptions, error) {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return nil, errScheme
	}
	o := &redis.UniversalOptions{}
	base, kind, _ := strings.Cut(scheme, "+")
	switch {
	case base == "rediss":
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	case base != "redis":
		return nil, errScheme
	}
	rest, query, _ := strings.Cut(rest, "?")
	at := strings.LastIndexByte(rest, '@')
	user, password, _ := strings.Cut(rest[:max(at, 0)], ":")
	hosts, path, _ := strings.Cut(rest[at+1:], "/")
	var err1, err2 error
	o.Username, err1 = url.PathUnescape(user)
	o.Password, err2 = url.PathUnescape(password)
	if err1 != nil || err2 != nil {
		return nil, errEscape
	}
	path, parameters, err := unescape(path, query)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "":
		return o, single(o, hosts, path, parameters)
	case "cluster":
		return o, cluster(o, hosts, path, parameters)
	case "sentinel":
		return o, sentinel(o, hosts, path, parameters)
	}
	return nil, errScheme
}

func unescape(path, query string) (string, url.Values, error) {
	path, err1 := url.PathUnescape(path)
	parameters, err2 := url.ParseQuery(query)
	if err1 != nil || err2 != nil {
		return "", nil, errEscape
	}
	return path, parameters, nil
}

func single(o *redis.UniversalOptions, hosts, path string, parameters url.Values) error {
	if len(parameters) > 0 {
		return errQuery
	}
	if strings.Contains(hosts, ",") {
		return errHosts
	}
	if err := addresses(o, hosts, "6379"); err != nil {
		return err
	}
	return database(o, path)
}

func cluster(o *redis.UniversalOptions, hosts, path string, parameters url.Values) error {
	o.IsClusterMode = true
	if len(parameters) > 0 {
		return errQuery
	}
	if path != "" && path != "0" {
		return errDatabase
	}
	return addresses(o, hosts, "6379")
}

func sentinel(o *redis.UniversalOptions, hosts, path string, parameters url.Values) error {
	o.SentinelUsername, o.SentinelPassword = parameters.Get("sentinel_user"), parameters.Get("sentinel_password")
	parameters.Del("sentinel_user")
	parameters.Del("sentinel_password")
	if len(parameters) > 0 {
		return errQuery
	}
	master, path, _ := strings.Cut(path, "/")
	if master == "" {
		return errMaster
	}
	o.MasterName = master
	if err := addresses(o, hosts, "26379"); err != nil {
		return err
	}
	return database(o, path)
}

// addresses takes hosts apart, and gives those without a port the usual one.
func addresses(o *redis.UniversalOptions, hosts, port string) error {
	for host := range strings.SplitSeq(hosts, ",") {
		if host = strings.TrimSpace(host); host == "" || host[0] == ':' {
			return errHost
		}
		if last := strings.LastIndexByte(host, ':'); last < strings.LastIndexByte(host, ']') || last < 0 {
			host += ":" + port
		}
		if _, err := strconv.ParseUint(host[strings.LastIndexByte(host, ':')+1:], 10, 16); err != nil {
			return errPort // and may be a password, where a host was forgotten
		}
		o.Addrs = append(o.Addrs, host)
	}
	return nil
}

func database(o *redis.UniversalOptions, path string) error {
	if path == "" {
		return nil
	}
	n, err := strconv.Atoi(path)
	if err != nil || n < 0 {
		return errDatabase
	}
	o.DB = n
	return nil
}

// trust reads a file of certificates.
func trust(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the file of Redis’s CAs: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("the file of Redis’s CAs, %s, has no certificate in PEM form", file)
	}
	return pool, nil
}
