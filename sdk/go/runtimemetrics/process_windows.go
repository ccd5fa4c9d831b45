package runtimemetrics

import "syscall"

// read reads what GetProcessTimes tells.
func (u *usage) read() {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return
	}
	var created, exited, kernel, user syscall.Filetime
	if syscall.GetProcessTimes(process, &created, &exited, &kernel, &user) != nil {
		return
	}
	u.userSeconds, u.systemSeconds = seconds(user), seconds(kernel)
}

// seconds returns a duration, which is counted in units of 100 nanoseconds.
func seconds(t syscall.Filetime) float64 {
	return float64(uint64(t.HighDateTime)<<32|uint64(t.LowDateTime)) / 1e7
}
