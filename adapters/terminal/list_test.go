package terminal

import (
	"testing"

	"archbot/internal/catalog"
)

func TestListGolden(t *testing.T) {
	c, err := catalog.Parse([]byte(list), catalog.Options{Name: "list.md"})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "outline_40.txt", Outline(View{Width: 40}, c))
	c = &catalog.Catalog{Problems: []catalog.Problem{
		{Severity: catalog.Error, Code: "a", List: "my list.md", Line: 7, Message: "the link \x1b[2Jis broken", Fix: "mend it"},
		{Severity: catalog.Warning, Code: "b", List: "my list.md", Line: 9, Message: "odd", Fix: "even it"},
	}}
	golden(t, "check.txt", Check(View{Width: 80}, c))
	if r := NewCheckReport(c); r.Errors != 1 || r.Warnings != 1 || len(r.Problems) != 2 {
		t.Errorf("report %+v", r)
	}
	if r := NewCheckReport(&catalog.Catalog{}); r.Problems == nil {
		t.Error("no problems must be [] in JSON, not null")
	}
}
