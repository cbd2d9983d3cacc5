package checkup_test

import (
	"testing"

	"archbot/internal/checkup"
)

func TestWorst(t *testing.T) {
	of := func(verdicts ...checkup.Verdict) checkup.Verdict {
		var all []checkup.Finding
		for _, v := range verdicts {
			all = append(all, checkup.Finding{Verdict: v})
		}
		return checkup.Worst(all)
	}
	for _, tt := range []struct{ got, want checkup.Verdict }{
		{of(), checkup.Fine},
		{of(checkup.Off, checkup.Fine), checkup.Fine},
		{of(checkup.Fine, checkup.Doubt, checkup.Off), checkup.Doubt},
		{of(checkup.Doubt, checkup.Wrong, checkup.Fine), checkup.Wrong},
	} {
		if tt.got != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
}
