package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"go.weft.dev/bench/receiver"
	"golang.org/x/sys/unix"
)

// process is a running service.
type process struct {
	command *exec.Cmd
	address string
	log     string
}

// start starts one of a variant's services and waits until it listens.
func start(v variant, service string, backend *receiver.Receiver, arguments ...string) (*process, error) {
	log := filepath.Join(v.files, service+".log")
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	command := exec.Command(filepath.Join(v.files, service), append(arguments, "-listen", "127.0.0.1:0")...)
	command.Stdout, command.Stderr = out, out
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"),
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + backend.Endpoint(), "OTEL_SERVICE_NAME=" + service,
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	p := &process{command: command, log: log}
	for range 1000 {
		if p.address = listening(log); p.address != "" {
			return p, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nil, errors.Join(fmt.Errorf("%s does not listen:\n%s", service, tail(log)), p.stop())
}

// listening returns the address that a service logged, "" when it did not yet.
func listening(log string) string {
	file, err := os.Open(log)
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
			return line.Address
		}
	}
	return ""
}

// stop tells a service to end, as an orchestrator does, and waits for it.
func (p *process) stop() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := p.command.Wait(); err != nil {
		return fmt.Errorf("%w:\n%s", err, tail(p.log))
	}
	return nil
}

func tail(log string) string {
	text, _ := os.ReadFile(log)
	return string(text[max(0, len(text)-2000):])
}

// cpu is what a running service has used of all processors so far, in user and system mode, from its
// process clock (clock_getcpuclockid(3)): the ticks of proc_pid_stat(5) are too coarse for a short run.
func (p *process) cpu() (time.Duration, error) {
	const processClock = 2 // CPUCLOCK_SCHED of the whole process, include/linux/posix-timers_types.h
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^p.command.Process.Pid<<3|processClock), &used); err != nil {
		return 0, fmt.Errorf("the CPU clock of process %d: %w", p.command.Process.Pid, err)
	}
	return time.Duration(used.Nano()), nil
}

// resident is the memory of a running service, in bytes.
func (p *process) resident() (int, error) {
	text, err := os.ReadFile(p.proc("statm"))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0, fmt.Errorf("%s holds %q", p.proc("statm"), text)
	}
	pages, err := strconv.Atoi(fields[1])
	return pages * os.Getpagesize(), err
}

func (p *process) proc(file string) string {
	return filepath.Join("/proc", strconv.Itoa(p.command.Process.Pid), file)
}
