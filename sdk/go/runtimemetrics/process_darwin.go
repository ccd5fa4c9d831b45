package runtimemetrics

// read leaves out memory and threads: they are to be had from libSystem only, which Go calls by means
// that are reserved to its own packages and cgo.
func (u *usage) read() {
	u.readTimes()
	u.files = openFiles("/dev/fd") // of the process that asks, fd(4)
}
