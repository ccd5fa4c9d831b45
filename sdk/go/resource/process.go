package resource

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// process is what detectors look at. In tests it is made up.
type process struct {
	root       string // of the file system
	getenv     func(string) string
	hostname   string
	executable string
	pid, uid   int
	build      *debug.BuildInfo // nil when there is none
	goos       string
	now        time.Time

	// What more than one detector wants to know.
	mounts      []mount
	mountsKnown bool
}

func thisProcess() *process {
	p := &process{
		getenv: os.Getenv, pid: os.Getpid(), uid: os.Geteuid(), goos: runtime.GOOS, now: time.Now(),
	}
	p.hostname, _ = os.Hostname()
	var err error
	if p.executable, err = os.Executable(); err != nil && len(os.Args) > 0 {
		p.executable = os.Args[0]
	}
	p.build, _ = debug.ReadBuildInfo()
	return p
}

// maxFile bounds what is read of a file.
const maxFile = 64 << 10

// read returns what a regular file holds, "" when there is none.
func (p *process) read(path string) string {
	path = p.root + path
	// Opening what is no file, as a pipe, could block for ever.
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	data, _ := io.ReadAll(io.LimitReader(f, maxFile))
	return string(data)
}

func (p *process) exists(path string) bool {
	_, err := os.Stat(p.root + path)
	return err == nil
}

// readLine is read for a file of one line.
func (p *process) readLine(path string) string { return strings.TrimSpace(p.read(path)) }

// first returns the value of the first environment variable that is not empty.
func (p *process) first(names ...string) string {
	for _, name := range names {
		if v := strings.TrimSpace(p.getenv(name)); v != "" {
			return v
		}
	}
	return ""
}

func (p *process) executableName() string {
	if p.executable == "" {
		return ""
	}
	return filepath.Base(p.executable)
}

// detectProcess finds process.*, but for the command line, which may hold secrets
// (semconv resource/process.md).
func detectProcess(p *process, a attributes) {
	a["process.pid"] = int64(p.pid)
	a.set("process.executable.name", p.executableName())
	a.set("process.executable.path", p.executable)
	a.set("process.owner", p.owner())
	a.set("process.creation.time", p.creationTime())
	a.set("process.runtime.name", "go")
	a.set("process.runtime.version", runtime.Version())
	a.set("process.runtime.description", "go version "+runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH)
}

// owner returns the user's name by /etc/passwd: os/user would bring in cgo.
func (p *process) owner() string {
	if p.uid < 0 {
		return ""
	}
	id := strconv.Itoa(p.uid)
	for line := range strings.Lines(p.read("/etc/passwd")) {
		if fields := strings.Split(line, ":"); len(fields) > 2 && fields[2] == id {
			return fields[0]
		}
	}
	return ""
}

// creationTime returns when the process was made, by what Linux counts since it
// started (proc_pid_stat(5), starttime; Go knows no Linux where a tick is not a
// hundredth of a second).
func (p *process) creationTime() string {
	stat := p.read("/proc/self/stat")
	_, rest, found := cutLast(stat, ") ") // the name in brackets may hold anything
	fields := strings.Fields(rest)
	up, _, _ := strings.Cut(p.read("/proc/uptime"), " ")
	uptime, err := strconv.ParseFloat(up, 64)
	const start = 22 - 3 // the rest begins with the third field
	if !found || len(fields) <= start || err != nil {
		return ""
	}
	ticks, err := strconv.ParseUint(fields[start], 10, 63)
	age := time.Duration((uptime - float64(ticks)/100) * float64(time.Second))
	if err != nil || age < 0 {
		return "" // as in a container that sees an uptime of its own
	}
	return p.now.Add(-age).UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
