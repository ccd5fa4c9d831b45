//go:build unix && !aix && !solaris && !illumos

package runtimemetrics

import "syscall"

// readTimes reads what getrusage(2) tells. The memory that it tells is the most that
// the process had, and not of use here.
func (u *usage) readTimes() {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return
	}
	u.userSeconds, u.systemSeconds = float64(r.Utime.Nano())/1e9, float64(r.Stime.Nano())/1e9
	u.voluntary, u.involuntary = int64(r.Nvcsw), int64(r.Nivcsw)
	u.major, u.minor = int64(r.Majflt), int64(r.Minflt)
}
