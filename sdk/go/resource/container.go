package resource

import "strings"

// mount is a line of /proc/self/mountinfo (proc_pid_mountinfo(5)).
type mount struct{ root, point string }

func (p *process) mountInfo() []mount {
	if !p.mountsKnown {
		p.mountsKnown = true
		p.mounts = parseMounts(p.read("/proc/self/mountinfo"))
	}
	return p.mounts
}

func parseMounts(text string) []mount {
	var mounts []mount
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 4 {
			mounts = append(mounts, mount{root: fields[3], point: fields[4]})
		}
	}
	return mounts
}

// detectContainer finds container.id (semconv resource/container.md).
func detectContainer(p *process, a attributes) { a.set("container.id", p.containerID()) }

// containerID returns the id of the container from the path of a control group, or,
// where the process cannot see that (version 2 with a namespace of its own), from
// files that the container's engine mounts.
func (p *process) containerID() string {
	if p.goos != "linux" {
		return ""
	}
	if id := containerInGroups(p.read("/proc/self/cgroup")); id != "" {
		return id
	}
	for _, m := range p.mountInfo() {
		switch m.point {
		case "/etc/hostname", "/etc/hosts", "/etc/resolv.conf":
			if id := containerInMount(m.root); id != "" {
				return id
			}
		}
	}
	return ""
}

// inContainer reports whether the process runs in a container.
func (p *process) inContainer() bool {
	return p.containerID() != "" || p.inKubernetes() || p.exists("/.dockerenv") || p.exists("/run/.containerenv")
}

// containerInGroups reads /proc/self/cgroup (cgroups(7)), whose paths end in the id
// alone or as in docker-<id>.scope.
func containerInGroups(text string) string {
	for line := range strings.Lines(text) {
		_, name, found := cutLast(strings.TrimSpace(line), "/")
		if !found {
			continue
		}
		name = strings.TrimSuffix(name, ".scope")
		if _, id, found := cutLast(name, ":"); found {
			name = id
		}
		if isContainerID(name) || isTaskID(name) {
			return name
		}
		if _, id, found := cutLast(name, "-"); found && isContainerID(id) {
			return id
		}
	}
	return ""
}

// containerInMount reads the root of a mount below a folder of Docker or Podman that
// has the id as its name. Other engines have folders of pods there.
func containerInMount(root string) string {
	for _, folder := range []string{"/containers/", "/overlay-containers/"} {
		if _, rest, found := cutLast(root, folder); found {
			if id, _, _ := strings.Cut(rest, "/"); isContainerID(id) {
				return id
			}
		}
	}
	return ""
}

// isContainerID reports whether s is a SHA-256 in hexadecimal, as all engines name
// containers.
func isContainerID(s string) bool { return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == "" }

// isTaskID reports whether s names a container of AWS Fargate: the 32 digits of a
// task, and a number.
func isTaskID(s string) bool {
	task, number, found := strings.Cut(s, "-")
	return found && len(task) == 32 && strings.Trim(task, "0123456789abcdef") == "" &&
		number != "" && strings.Trim(number, "0123456789") == ""
}
