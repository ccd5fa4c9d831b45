package resource

import (
	"runtime"
	"strconv"
	"strings"
)

// detectHost finds host.* and os.* (semconv resource/host.md, resource/os.md).
func detectHost(p *process, a attributes) {
	a.set("host.name", p.hostname)
	a.set("host.arch", hostArch(runtime.GOARCH))
	a.set("host.id", p.hostID())
	a.set("os.type", osType(p.goos))
	switch p.goos {
	case "linux", "android":
		p.osRelease(a)
	case "darwin":
		p.systemVersion(a)
	case "windows":
		a.set("os.build_id", registry(`SOFTWARE\Microsoft\Windows NT\CurrentVersion`, "CurrentBuildNumber"))
	}
}

// hostID returns the machine's id, from the sources that semconv has for it without
// privileges and without starting a program. In a container the files, if any, are
// of the image, and not of a machine.
func (p *process) hostID() string {
	switch p.goos {
	case "linux":
		if p.inContainer() {
			return ""
		}
		if id := p.readLine("/etc/machine-id"); id != "" {
			return id
		}
		return p.readLine("/var/lib/dbus/machine-id")
	case "freebsd", "netbsd", "openbsd", "dragonfly":
		return p.readLine("/etc/hostid")
	case "windows":
		return registry(`SOFTWARE\Microsoft\Cryptography`, "MachineGuid")
	default:
		return ""
	}
}

// osRelease reads os-release(5).
func (p *process) osRelease(a attributes) {
	text := p.read("/etc/os-release")
	if text == "" {
		text = p.read("/usr/lib/os-release")
	}
	names := map[string]string{
		"NAME": "os.name", "VERSION_ID": "os.version", "PRETTY_NAME": "os.description", "BUILD_ID": "os.build_id",
	}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if name := names[key]; name != "" {
			a.set(name, unquote(value))
		}
	}
	if a["os.build_id"] == nil {
		a.set("os.build_id", p.readLine("/proc/sys/kernel/osrelease"))
	}
}

// unquote takes the quotes of a shell from a value, which Go's mostly resemble.
func unquote(value string) string {
	if len(value) >= 2 && value[0] == '\'' && value[len(value)-1] == '\'' {
		return value[1 : len(value)-1]
	}
	if text, err := strconv.Unquote(value); err == nil {
		return text
	}
	return value
}

// systemVersion reads the property list of macOS, in which a key stands before its
// string.
func (p *process) systemVersion(a attributes) {
	text := p.read("/System/Library/CoreServices/SystemVersion.plist")
	value := func(key string) string {
		_, rest, _ := strings.Cut(text, "<key>"+key+"</key>")
		_, rest, _ = strings.Cut(rest, "<string>")
		value, _, _ := strings.Cut(rest, "</string>")
		return value
	}
	name, version := value("ProductName"), value("ProductVersion")
	a.set("os.name", name)
	a.set("os.version", version)
	a.set("os.description", strings.TrimSpace(name+" "+version))
	a.set("os.build_id", value("ProductBuildVersion"))
}

// osType is the value of os.type for GOOS.
func osType(goos string) string {
	switch goos {
	case "dragonfly":
		return "dragonflybsd"
	case "android":
		return "linux"
	case "ios":
		return "darwin"
	case "illumos":
		return "solaris"
	default:
		return goos
	}
}

// hostArch is the value of host.arch for GOARCH.
func hostArch(goarch string) string {
	switch goarch {
	case "386":
		return "x86"
	case "arm":
		return "arm32"
	default:
		return goarch
	}
}
