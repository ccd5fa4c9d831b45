//go:build unix

package stdio

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

const child = "STDIO_CHILD"

// TestMain makes the binary a program that writes to its standard output and error.
func TestMain(m *testing.M) {
	if os.Getenv(child) == "" {
		os.Exit(m.Run())
	}
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		if _, err := (Writer{f}).Write([]byte("line\n")); !errors.Is(err, syscall.EPIPE) {
			os.Exit(3)
		}
	}
}

func TestABrokenPipeIsAnError(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	defer write.Close()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"=1")
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
}

func TestAllIsWritten(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Repeat("more than a pipe holds\n", 10_000)
	go func() {
		if n, err := (Writer{write}).Write([]byte(want)); n != len(want) || err != nil {
			t.Errorf("%d written, %v", n, err)
		}
		write.Close()
	}()
	if got, err := io.ReadAll(read); err != nil || string(got) != want {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
}

func TestNoFile(t *testing.T) {
	closed, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, f := range []*os.File{nil, closed} {
		if _, err := (Writer{f}).Write([]byte("x")); err == nil {
			t.Error("no error")
		}
	}
}
