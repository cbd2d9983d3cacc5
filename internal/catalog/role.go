package catalog

import (
	"net/url"
	"strings"
	"unicode"
)

// skipNames are the headings of sections that recommend nothing, as written by
// the lists that were surveyed; a heading has to be one of them to the letter,
// since "Credit Cards" and "Contributing Factors" are topics.
var skipNames = nameSet(`contributing|contribution|contributions|contribute|contributor|contributors|how to contribute|
	contributing guidelines|contribution guidelines|contribution guide|contributing guide|contributing to this list|
	our contributors|code contributors|license|licence|licenses|licensing|copyright|code of conduct|
	credits|credit|acknowledgements|acknowledgments|acknowledgement|special thanks|sponsors|sponsor|sponsorship|sponsoring|
	backers|support us|support this project|donate|donations|donation|translations|stargazers|stargazers over time|
	star history|footnotes|todo|to do|about me|about the author|
	贡献|贡献者|贡献指南|如何贡献|参与贡献|许可证|许可|许可协议|协议|开源协议|版权|版权声明|致谢|感谢|鸣谢|赞助|捐赠|
	contribuir|contribuciones|contribuyendo|licencia|contribuição|contribuindo|contribuições|licença|
	contribuer|mitwirken|beitragen|lizenz|贡獻|授權|コントリビュート|ライセンス|기여|기여하기|라이선스|
	участие|лицензия|внести вклад|مشارکت|مجوز|katkı|katkıda bulunma|lisans`)

// asideNames head such sections in some lists and topics in others. It is a
// topic when it has more than a link or two.
var asideNames = nameSet(`about|legal|guidelines|thanks|support|stars|changelog|change log|maintainers|maintainer|
	authors|author|disclaimer|citation|how to cite|contact|contact us|feedback|translation`)

// fewEntries is how many links an aside may have.
const fewEntries = 2

func (s *section) isAside() bool {
	name := sectionName(s.title)
	return skipNames[name] || asideNames[name] && s.entries <= fewEntries
}

func nameSet(names string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.SplitSeq(names, "|") {
		set[strings.TrimSpace(name)] = true
	}
	return set
}

// sectionName is a heading as those names are compared: without case, emoji,
// numbering and final punctuation.
func sectionName(title string) string {
	name := strings.ToLower(strings.TrimFunc(fold(title), func(r rune) bool { return r < 'a' && !unicode.IsLetter(r) || isSymbol(r) }))
	return strings.TrimSpace(name)
}

// assignRoles tells content from title, tables of contents and the rest.
func (s *survey) assignRoles() {
	total := s.intro
	for i := range s.sections {
		if section := &s.sections[i]; !section.isAside() {
			total += section.entries
		}
	}
	for i := range s.sections {
		section := &s.sections[i]
		switch {
		case section.isAside():
			section.role = skipping
			if below := s.below(i); below*2 > total && below > 0 {
				section.role = guiding // the list itself follows at a deeper level
			}
		case section.guide && section.entries == 0:
			section.role = guiding
		}
	}
	if title := s.titleSection(); title >= 0 {
		s.sections[title].role = titling
		for i := range s.sections[:title] {
			s.sections[i].role = skipping // a word from a sponsor
		}
	}
}

// below counts the entries in the sections under section i, without its own
// and without those that are skipped by name themselves.
func (s *survey) below(i int) (n int) {
	for j := i + 1; j < len(s.sections) && s.sections[j].node.level > s.sections[i].node.level; j++ {
		if !s.sections[j].isAside() {
			n += s.sections[j].entries
		}
	}
	return n
}

// titleSection finds the list's title: the one heading of the first level, when
// most of the content comes under other headings; -1 when there is none. A list
// that is nothing but a title and entries has its title for a topic.
func (s *survey) titleSection() int {
	found, others, entries := -1, false, 0
	for i, section := range s.sections {
		switch {
		case section.node.level == 1 && section.role != skipping:
			if found >= 0 {
				return -1
			}
			found = i
		case section.role == content:
			others = true
			entries += section.entries
		}
	}
	if found < 0 || !others || s.sections[found].entries > entries {
		return -1
	}
	before := 0
	for _, section := range s.sections[:found] {
		before += section.entries
	}
	if before*10 > entries {
		return -1 // it heads one part of the list
	}
	return found
}

// ownLinks finds links by which the list names itself in full, such as
// https://github.com/owner/list#topic, and marks them as leading nowhere else.
func (s *survey) ownLinks() {
	votes := map[string]int{}
	for _, l := range s.links[1:] {
		if l.target != external {
			continue
		}
		if repo, rest := repository(l.dest); repo != "" {
			votes[repo] += s.ownership(repo, rest)
		}
	}
	own, most := "", 1
	for repo, n := range votes {
		if n > most || n == most && repo < own {
			own, most = repo, n
		}
	}
	if own == "" {
		return
	}
	for i := range s.links {
		l := &s.links[i]
		if repo, rest := repository(l.dest); repo == own && strings.Contains(rest, "#") {
			l.target = local
		}
	}
}

func isCodeHost(host string) bool {
	switch host {
	case "github.com", "GitHub.com", "gitlab.com", "gitee.com", "codeberg.org", "bitbucket.org":
		return true
	}
	return false
}

// repository cuts an address of a code host into "host/owner/name" and the
// rest; repo is empty for any other address.
func repository(address string) (repo, rest string) {
	_, rest, _ = strings.Cut(address, "://")
	host, path, found := strings.Cut(rest, "/")
	if !found || !isCodeHost(strings.TrimPrefix(host, "www.")) {
		return "", ""
	}
	owner, path, _ := strings.Cut(path, "/")
	end := strings.IndexAny(path, "/?#")
	if end < 0 {
		end = len(path)
	}
	if owner == "" || end == 0 {
		return "", ""
	}
	return strings.ToLower(host + "/" + owner + "/" + path[:end]), path[end:]
}

// ownership weighs how much one link says that the list lives in repo: a
// fragment that names one of the list's headings, or a page that only the
// owners of a list point to.
func (s *survey) ownership(repo, rest string) int {
	if _, fragment, ok := strings.Cut(rest, "#"); ok && fragment != "readme" {
		if plain, err := url.PathUnescape(fragment); err == nil && anchorKey(plain) != "" && s.leadsTo(plain) {
			if strings.Contains(repo, "awesome") {
				return 2
			}
			return 1
		}
		return 0
	}
	lower := strings.ToLower(rest)
	for _, page := range []string{"/graphs/contributors", "/contributing", "/fork", "/pulls", "/issues/new", "/stargazers", "/actions/workflows", "/edit/", "/commits"} {
		if strings.Contains(lower, page) {
			return 2
		}
	}
	return 0
}
