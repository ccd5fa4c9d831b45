package runtimemetrics

import "testing"

func TestUsageOfThisProcess(t *testing.T) {
	t.Parallel()
	u := unknownUsage()
	u.read()
	if u.threads < 1 || u.resident < 1<<20 || u.virtual < 1<<20 || u.handles < 3 || u.userSeconds < 0 || u.systemSeconds < 0 {
		t.Errorf("usage %+v", u)
	}
	if u.files >= 0 || u.minor >= 0 || u.voluntary >= 0 {
		t.Errorf("usage %+v has what Windows does not tell", u)
	}
}
