package resource

import (
	"strconv"
	"strings"
)

func (p *process) inKubernetes() bool { return p.getenv("KUBERNETES_SERVICE_HOST") != "" }

// pod is what a process can know of the pod that it runs in.
type pod struct{ namespace, name, uid, container, node, cluster string }

// pod asks the environment, by the names that people mostly give to what the
// downward API puts there, and the files that the kubelet mounts.
func (p *process) pod() pod {
	if !p.inKubernetes() {
		return pod{}
	}
	uid, container := podInMounts(p.mountInfo())
	return pod{
		namespace: either(p.first("K8S_NAMESPACE_NAME", "K8S_NAMESPACE", "POD_NAMESPACE", "MY_POD_NAMESPACE"),
			p.readLine("/var/run/secrets/kubernetes.io/serviceaccount/namespace")),
		name:      either(p.first("K8S_POD_NAME", "POD_NAME", "MY_POD_NAME"), p.podHostname()),
		uid:       either(p.first("K8S_POD_UID", "POD_UID", "MY_POD_UID"), uid),
		container: either(p.first("K8S_CONTAINER_NAME", "CONTAINER_NAME"), container),
		node:      p.first("K8S_NODE_NAME", "NODE_NAME", "MY_NODE_NAME"),
		cluster:   p.first("K8S_CLUSTER_NAME", "CLUSTER_NAME"),
	}
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// podHostname returns the name of the host where that is the pod's: the kubelet
// says at the top of /etc/hosts if the pod uses the network of its node.
func (p *process) podHostname() string {
	first, _, _ := strings.Cut(p.read("/etc/hosts"), "\n")
	if strings.TrimSpace(first) != "# Kubernetes-managed hosts file." {
		return ""
	}
	return p.hostname
}

// podInMounts finds the pod's uid and the container's name in what the kubelet
// mounts from <its folder>/pods/<uid>/containers/<name>/<number>.
func podInMounts(mounts []mount) (uid, container string) {
	for _, m := range mounts {
		if m.point != "/dev/termination-log" && m.point != "/etc/hosts" {
			continue
		}
		_, rest, found := cutLast(m.root, "/pods/")
		if !found {
			continue
		}
		parts := strings.Split(rest, "/")
		uid = parts[0]
		if len(parts) > 2 && parts[1] == "containers" {
			container = parts[2]
		}
	}
	return uid, container
}

// detectKubernetes finds k8s.* (semconv resource/k8s), and what the pod's
// annotations say of the resource (semconv non-normative/k8s-attributes.md).
func detectKubernetes(p *process, a attributes) {
	pod := p.pod()
	a.set("k8s.namespace.name", pod.namespace)
	a.set("k8s.pod.name", pod.name)
	a.set("k8s.pod.uid", pod.uid)
	a.set("k8s.container.name", pod.container)
	a.set("k8s.node.name", pod.node)
	a.set("k8s.cluster.name", pod.cluster)
	if p.inKubernetes() {
		for name, value := range parseAnnotations(p.read("/etc/podinfo/annotations")) {
			a[name] = value
		}
	}
}

// parseAnnotations reads a file of the downward API, with a key="value" in each
// line, and returns what begins with the prefix for attributes of the resource.
func parseAnnotations(text string) map[string]string {
	found := make(map[string]string)
	for line := range strings.Lines(text) {
		key, quoted, _ := strings.Cut(strings.TrimSpace(line), "=")
		name, ok := strings.CutPrefix(key, "resource.opentelemetry.io/")
		value, err := strconv.Unquote(quoted)
		if ok && name != "" && err == nil {
			found[name] = value
		}
	}
	return found
}
