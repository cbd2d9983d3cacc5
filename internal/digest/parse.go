package digest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// What a schedule means that leaves something out.
const (
	DefaultAt  Clock = 9 * 60
	defaultDay       = time.Monday
)

// maxWords is how many words a schedule may have; whoever writes more means
// something else.
const maxWords = 24

// A ParseError says why a text is no schedule, in words for who wrote it.
type ParseError struct {
	Text string
	Why  string
}

func (e *ParseError) Error() string { return e.Why }

// Parse reads a schedule as people write it in English: "weekly on monday at 9am",
// "every 2 weeks", "first tuesday of the month", "weekdays 08:30". Without a time
// it is DefaultAt, a week without a day means Monday, a month the 1st. Its error is
// a *ParseError.
//
// Where a schedule counts every so many weeks or months, which of them is open:
// Starting says it.
func Parse(text string) (Schedule, error) {
	p := &parser{words: split(text)}
	if len(p.words) == 0 {
		return Schedule{}, &ParseError{text, "There is no schedule."}
	}
	if len(p.words) > maxWords {
		return Schedule{}, &ParseError{text, "That is too long for a schedule."}
	}
	for p.at < len(p.words) {
		if err := p.word(); err != nil {
			return Schedule{}, &ParseError{text, err.Error()}
		}
	}
	s, err := p.schedule()
	if err == nil {
		err = s.Check()
	}
	if err != nil {
		return Schedule{}, &ParseError{text, sentence(err.Error())}
	}
	return s, nil
}

// sentence makes one of an error.
func sentence(s string) string {
	if strings.HasSuffix(s, ".") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// split takes a text apart into lower-case words; "mon-fri" are three.
func split(text string) []string {
	text = strings.Map(func(r rune) rune {
		switch r {
		case ',', ';', '&':
			return ' '
		case '–', '—':
			return '-'
		}
		return unicode.ToLower(r)
	}, text)
	var words []string
	for _, w := range strings.Fields(text) {
		a, b, ok := strings.Cut(w, "-")
		if _, isDay := dayNamed(a); ok && isDay {
			words = append(words, a, "-", b)
			continue
		}
		words = append(words, strings.TrimSuffix(w, "."))
	}
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

// parser is a schedule being read.
type parser struct {
	words []string
	at    int

	unit    Unit
	every   int
	days    Weekdays
	ordinal int  // waits for what it counts; 0 for none
	counted int  // where the ordinal stood
	many    bool // more than one day of the month
	nth     int  // with weekday
	weekday time.Weekday
	day     int // of the month
	clock   Clock
	timed   bool
	each    bool // "every" was said
	number  int  // waits for its unit; 0 for none
}

// next takes the word after the one being read, if it is one of these.
func (p *parser) next(any ...string) bool {
	if p.at+1 < len(p.words) && slices.Contains(any, p.words[p.at+1]) {
		p.at++
		return true
	}
	return false
}

// fillers say nothing that the other words do not.
var fillers = []string{"on", "the", "of", "in", "a", "and", "per", "around", "o'clock", "oclock", "starting", "once", "at", "@"}

// word reads one word, and those that belong to it.
func (p *parser) word() error {
	w := p.words[p.at]
	defer func() { p.at++ }()
	if p.number != 0 && !strings.HasPrefix(w, "week") && !strings.HasPrefix(w, "month") && !strings.HasPrefix(w, "day") {
		return fmt.Errorf("Every %d what? Write `every %d weeks`, or `every %d months`.", p.number, p.number, p.number) //nolint:staticcheck // it is shown to people
	}
	switch {
	case slices.Contains(fillers, w):
		return nil
	case w == "every" || w == "each":
		p.each = true
		if p.next("other") {
			p.ordinal, p.counted = 2, p.at
		}
		return nil
	case p.named(w) || p.weekdayOf(w) || p.unitOf(w) || p.ordinalOf(w):
		return nil
	}
	return p.figure(w)
}

// named reads a word that is a whole rhythm.
func (p *parser) named(w string) bool {
	switch w {
	case "weekly":
		p.unit = Weekly
	case "biweekly", "fortnightly", "fortnight":
		p.unit, p.every = Weekly, 2
	case "monthly":
		p.unit = Monthly
	case "quarterly", "quarter":
		p.unit, p.every = Monthly, 3
	case "daily":
		p.days |= Everyday
	case "weekday", "weekdays", "workday", "workdays":
		p.days |= Workdays
	case "weekend", "weekends":
		p.days |= Weekend
	default:
		return false
	}
	return true
}

// weekdayOf reads a weekday, or two with all between them.
func (p *parser) weekdayOf(w string) bool {
	first, ok := dayNamed(w)
	if !ok {
		return false
	}
	if p.ordinal != 0 {
		p.nth, p.weekday, p.ordinal = p.ordinal, first, 0
		p.many = p.many || p.days != 0
		return true
	}
	p.days |= On(first)
	at := p.at
	if p.next("-", "to", "through", "till", "until") {
		if p.at+1 < len(p.words) {
			if last, ok := dayNamed(p.words[p.at+1]); ok {
				p.at++
				for d := first; d != last; d = (d + 1) % 7 {
					p.days |= On(d)
				}
				p.days |= On(last)
				return true
			}
		}
		p.at = at
	}
	return true
}

// unitOf reads "week", "month" or "day" with what counts it.
func (p *parser) unitOf(w string) bool {
	count := p.number
	if p.each && p.ordinal > 0 && p.counted == p.at-1 && w != "day" {
		count, p.ordinal = p.ordinal, 0 // every second week
	}
	switch w {
	case "week", "weeks":
		p.unit = Weekly
	case "month", "months":
		p.unit = Monthly
	case "day", "days":
		return p.dayOf(count)
	default:
		return false
	}
	if count > 0 {
		p.every = count
	}
	p.number = 0
	return true
}

// dayOf reads "day": every day, the last day, day 15.
func (p *parser) dayOf(count int) bool {
	p.number = 0
	switch {
	case count > 1:
		p.unit, p.every, p.days = Weekly, 1000, Everyday // which is no rhythm of weeks: refused
	case p.ordinal != 0:
		p.day, p.ordinal = p.ordinal, 0
	case p.each && p.days == 0:
		p.days |= Everyday
	case p.at+1 < len(p.words):
		n, err := strconv.Atoi(p.words[p.at+1])
		if err != nil || n < 1 || n > 31 {
			return false
		}
		p.at++
		p.day = n
	default:
		return false
	}
	return true
}

// ordinalOf reads "first", "1st", "last".
func (p *parser) ordinalOf(w string) bool {
	n := slices.Index(ordinals, w)
	if w == "last" {
		n = Last
	}
	if n == 0 || n < Last {
		return false
	}
	if n == -1 && w != "last" {
		digits := strings.TrimRightFunc(w, unicode.IsLetter)
		var err error
		if n, err = strconv.Atoi(digits); err != nil || n < 1 || n > 31 || w != ordinal(n) {
			return false
		}
	}
	p.many = p.many || p.ordinal != 0 || p.nth != 0
	p.ordinal, p.counted = n, p.at
	return true
}

// figure reads a time, or a number that counts what follows.
func (p *parser) figure(w string) error {
	before := ""
	if p.at > 0 {
		before = p.words[p.at-1]
	}
	n, err := strconv.Atoi(w)
	counts := err == nil && len(w) < 3 && p.at+1 < len(p.words) &&
		slices.Contains([]string{"week", "weeks", "month", "months", "day", "days"}, p.words[p.at+1])
	switch {
	case counts && n > 0:
		p.number = n
		return nil
	case err == nil && len(w) < 3 && (before == "every" || before == "each"):
		return fmt.Errorf("Every %d what? Write `every %d weeks`, or `every %d months`.", n, n, n) //nolint:staticcheck // it is shown to people
	}
	if p.next("am", "a.m", "pm", "p.m") {
		w += strings.ReplaceAll(p.words[p.at], ".", "")
	}
	clock, ok := readClock(w)
	if !ok {
		return fmt.Errorf("I do not understand “%s” in a schedule.", p.words[p.at]) //nolint:staticcheck // likewise
	}
	if p.timed && clock != p.clock {
		return fmt.Errorf("There is one time a day, and here are %s and %s.", p.clock, clock) //nolint:staticcheck // likewise
	}
	p.clock, p.timed = clock, true
	return nil
}

// schedule puts together what was read.
func (p *parser) schedule() (Schedule, error) {
	s := Schedule{Unit: p.unit, Every: max(p.every, 1), At: DefaultAt}
	if p.timed {
		s.At = p.clock
	}
	if p.ordinal != 0 {
		p.many = p.many || p.day != 0
		p.day = p.ordinal // on the 15th
	}
	if p.many {
		return s, errMany
	}
	// "every second tuesday" counts weeks; with "of the month" it counts Tuesdays.
	if p.nth > 1 && p.each && p.unit != Monthly {
		s.Every, p.days, p.nth = p.nth, On(p.weekday), 0
	}
	switch {
	case (p.nth != 0 || p.day != 0) && (p.days != 0 || p.unit == Weekly) || p.nth != 0 && p.day != 0 || p.unit == Monthly && p.days != 0:
		return s, errMixed
	case p.nth != 0:
		s.Unit, s.Nth, s.Weekday = Monthly, p.nth, p.weekday
	case p.day != 0 || p.unit == Monthly:
		s.Unit, s.Day = Monthly, p.day
		if s.Day == 0 {
			s.Day = 1
		}
	case p.days != 0:
		s.Unit, s.Days = Weekly, p.days
	case p.unit == Weekly:
		s.Days = On(defaultDay)
	default:
		return s, fmt.Errorf("On which days? Write `every monday %s`, or `first tuesday of the month`.", s.At) //nolint:staticcheck // it is shown to people
	}
	return s, nil
}

var errMixed = fmt.Errorf("That names days of the week and of the month at once. Write `every monday`, `first tuesday of the month`, or `monthly on the 15th`.") //nolint:staticcheck // it is shown to people

var errMany = fmt.Errorf("A month has one day for a digest: for a second one, add another digest.") //nolint:staticcheck // likewise

// dayNamed reads a weekday's name, cut short or in the plural.
func dayNamed(w string) (time.Weekday, bool) {
	w = strings.TrimSuffix(w, ".")
	switch {
	case len(w) < 2:
		return 0, false
	case w == "weds":
		return time.Wednesday, true
	}
	for _, d := range week {
		name := strings.ToLower(d.String())
		if w == name || w == name+"s" || w == name[:2] || w == name[:3] || len(w) > 3 && len(w) < 6 && strings.HasPrefix(name, w) {
			return d, true
		}
	}
	return 0, false
}

// readClock reads 9, 9am, 9:30pm, 09:00, 9.30, 0930, 9h, 9h30, noon and midnight.
func readClock(w string) (Clock, bool) {
	switch w {
	case "noon", "midday":
		return 12 * 60, true
	case "midnight":
		return 0, true
	}
	digits, half := w, ""
	if d, ok := strings.CutSuffix(w, "am"); ok {
		digits, half = d, "am"
	} else if d, ok := strings.CutSuffix(w, "pm"); ok {
		digits, half = d, "pm"
	}
	hours, minutes := digits, "0"
	if i := strings.IndexAny(digits, ":.h"); i > 0 {
		hours, minutes = digits[:i], digits[i+1:]
		if minutes == "" && digits[i] == 'h' {
			minutes = "00"
		}
		if len(minutes) != 2 {
			return 0, false
		}
	} else if len(digits) == 4 {
		hours, minutes = digits[:2], digits[2:]
	}
	h, ok1 := twoDigits(hours)
	m, ok2 := twoDigits(minutes)
	if !ok1 || !ok2 || m > 59 || half == "" && h > 23 || half != "" && (h < 1 || h > 12) {
		return 0, false
	}
	if half != "" {
		h %= 12
	}
	if half == "pm" {
		h += 12
	}
	return Clock(h*60 + m), true
}

func twoDigits(s string) (int, bool) {
	if s == "" || len(s) > 2 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}
