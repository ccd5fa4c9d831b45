package runtimemetrics

import "testing"

func TestUsageOfThisProcess(t *testing.T) {
	t.Parallel()
	u := unknownUsage()
	u.read()
	if u.files < 3 || u.userSeconds < 0 || u.minor < 1 {
		t.Errorf("usage %+v", u)
	}
	if u.threads >= 0 || u.resident >= 0 || u.virtual >= 0 || u.handles >= 0 {
		t.Errorf("usage %+v has what is not to be had", u)
	}
}
