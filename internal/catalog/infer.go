package catalog

import (
	"regexp"
	"strings"
)

// hostKinds are hosts that serve one kind of thing. A host stands for its
// subdomains too.
var hostKinds = map[string]Kind{
	"youtube.com": Video, "youtu.be": Video, "vimeo.com": Video, "bilibili.com": Video, "ted.com": Video,
	"videolectures.net": Video, "crossminds.ai": Video, "twitch.tv": Video,
	"arxiv.org": Paper, "doi.org": Paper, "dl.acm.org": Paper, "ieeexplore.ieee.org": Paper, "openreview.net": Paper,
	"papers.nips.cc": Paper, "proceedings.neurips.cc": Paper, "proceedings.mlr.press": Paper, "aclanthology.org": Paper,
	"aclweb.org": Paper, "semanticscholar.org": Paper, "papers.ssrn.com": Paper, "eprint.iacr.org": Paper,
	"coursera.org": Course, "udemy.com": Course, "edx.org": Course, "udacity.com": Course, "pluralsight.com": Course,
	"ocw.mit.edu": Course, "educative.io": Course, "khanacademy.org": Course, "egghead.io": Course,
	"oreilly.com": Book, "manning.com": Book, "leanpub.com": Book, "pragprog.com": Book, "packtpub.com": Book,
	"goodreads.com": Book, "books.google.com": Book, "gitbook.io": Book, "gitbooks.io": Book,
	"readthedocs.io": Docs, "readthedocs.org": Docs, "docs.rs": Docs, "pkg.go.dev": Docs, "rfc-editor.org": Docs,
	"datatracker.ietf.org": Docs, "w3.org": Docs, "developer.mozilla.org": Docs, "learn.microsoft.com": Docs,
	"podcasts.apple.com": Podcast, "open.spotify.com": Podcast, "softwareengineeringdaily.com": Podcast,
	"se-radio.net": Podcast, "podcasts.google.com": Podcast, "soundcloud.com": Podcast, "changelog.com": Podcast,
	"medium.com": Article, "dev.to": Article, "hackernoon.com": Article, "infoq.com": Article, "substack.com": Article,
	"zhihu.com": Article, "juejin.cn": Article, "juejin.im": Article, "csdn.net": Article, "cnblogs.com": Article,
	"jianshu.com": Article, "segmentfault.com": Article, "wordpress.com": Article, "blogspot.com": Article, "dzone.com": Article,
	"martinfowler.com": Article, "wikipedia.org": Article, "highscalability.com": Article, "towardsdatascience.com": Article,
	"microservices.io": Pattern, "enterpriseintegrationpatterns.com": Pattern, "refactoring.guru": Pattern,
}

// titleKinds are words by which a title says its own kind, the surest first.
var titleKinds = []struct {
	kind  Kind
	words *regexp.Regexp
}{
	{Video, regexp.MustCompile(`(?i)(\(|\[|\b)(video|webinar|screencast|keynote)s?(\)|\]|\b)|\(talk\)|\[talk\]`)},
	{Podcast, regexp.MustCompile(`(?i)\bpodcasts?\b`)},
	{Course, regexp.MustCompile(`(?i)\b(course|mooc|bootcamp)s?\b`)},
	{Book, regexp.MustCompile(`(?i)\b(book|ebook|handbook)s?\b`)},
	{Paper, regexp.MustCompile(`(?i)\b(paper|whitepaper|white paper)\b`)},
	{Docs, regexp.MustCompile(`(?i)\b(documentation|reference manual|api reference|specification)\b`)},
}

// inferKind guesses what an untagged resource is from its address and title;
// it is empty where neither says. A guess is marked as one in Resource.
func inferKind(address, title string) Kind {
	host, path := splitAddress(address)
	if kind := hostKind(host); kind != "" {
		return kind
	}
	if (host == "github.com" || host == "gitlab.com" || host == "codeberg.org") && isRepoPath(path) {
		return Repo
	}
	title = title[:min(len(title), 400)] // what it is stands early or nowhere
	for _, t := range titleKinds {
		if t.words.MatchString(title) {
			return t.kind
		}
	}
	switch {
	case strings.HasPrefix(host, "docs.") || strings.Contains(path, "/docs/") || strings.HasSuffix(path, "/docs"):
		return Docs
	case strings.HasPrefix(host, "blog.") || strings.HasPrefix(host, "engineering.") || strings.HasPrefix(host, "eng.") ||
		strings.Contains(path, "/blog/") || strings.Contains(path, "/posts/") || strings.Contains(path, "/articles/"):
		return Article
	case strings.HasSuffix(strings.ToLower(path), ".pdf"):
		return Paper
	}
	return ""
}

// hostKind looks a host up, then the domains above it.
func hostKind(host string) Kind {
	if len(host) > 253 { // no name in the DNS is longer
		return ""
	}
	for host != "" {
		if kind, ok := hostKinds[host]; ok {
			return kind
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return ""
}

// splitAddress cuts an http address into its host, in lower case, and its path.
func splitAddress(address string) (host, path string) {
	_, rest, _ := strings.Cut(address, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		return strings.ToLower(rest), ""
	}
	host, path = rest[:end], rest[end:]
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	return strings.TrimPrefix(strings.ToLower(host), "www."), path
}

// isRepoPath reports whether a path is "/owner/name", the front page of a
// repository, or a file's page in one.
func isRepoPath(path string) bool {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	return len(parts) >= 2 && parts[0] != "sponsors" && parts[0] != "topics" && parts[0] != "orgs"
}
