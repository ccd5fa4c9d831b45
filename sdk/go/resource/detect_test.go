package resource

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"go.weft.dev/sdk/internal/config"
)

const (
	idA = "7be92808767a667f35c8505cbf40d14e931ef6db5b0210329cf193b15ba9d605"
	idB = "dc579f8a8319c8cf7d38e1adf263bc08d23579f8a8319c8cf7d38e1adf263bc0"
	uid = "3b1a9c1e-0b1f-4a43-9d2f-5a0f2f3a4b5c"
)

// machine returns a made-up process with files and variables.
func machine(t *testing.T, files, variables map[string]string) *process {
	t.Helper()
	p := &process{
		root: t.TempDir(), goos: "linux", hostname: "box", pid: 7, uid: 1000, executable: "/opt/bin/shop",
		getenv: func(name string) string { return variables[name] },
		now:    time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC),
	}
	for name, text := range files {
		path := filepath.Join(p.root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func found(detect func(*process, attributes), p *process) attributes {
	a := make(attributes)
	detect(p, a)
	return a
}

func TestHost(t *testing.T) {
	const release = "NAME=\"Debian GNU/Linux\"\nVERSION_ID='12'\n# x\nPRETTY_NAME=\"Debian \\\"x\\\"\"\nID=debian\n"
	mountinfo := "1 2 0:3 /var/lib/docker/containers/" + idA + "/hostname /etc/hostname rw - ext4 /dev/vda rw\n"
	tests := []struct {
		name             string
		files, variables map[string]string
		want             attributes
	}{
		{"nothing", nil, nil, attributes{}},
		{"all", map[string]string{
			"etc/os-release": release, "etc/machine-id": "0123456789abcdef\n", "proc/sys/kernel/osrelease": "6.1\n",
		}, nil, attributes{
			"host.id": "0123456789abcdef", "os.name": "Debian GNU/Linux", "os.version": "12",
			"os.description": `Debian "x"`, "os.build_id": "6.1",
		}},
		{"fallbacks", map[string]string{
			"usr/lib/os-release": "BUILD_ID=rolling\nNAME=Arch", "var/lib/dbus/machine-id": "fedc", "proc/sys/kernel/osrelease": "6.1",
		}, nil, attributes{"host.id": "fedc", "os.name": "Arch", "os.build_id": "rolling"}},
		{"container", map[string]string{"etc/machine-id": "0123", "proc/self/mountinfo": mountinfo}, nil, attributes{}},
		{"podman", map[string]string{"etc/machine-id": "0123", "run/.containerenv": ""}, nil, attributes{}},
		{"pod", map[string]string{"etc/machine-id": "0123"}, map[string]string{"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, attributes{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := found(detectHost, machine(t, tt.files, tt.variables))
			if got["host.name"] != "box" || got["os.type"] != "linux" || got["host.arch"] == nil {
				t.Errorf("%v", got)
			}
			maps.DeleteFunc(got, func(name string, _ any) bool {
				return name == "host.name" || name == "os.type" || name == "host.arch"
			})
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestMac(t *testing.T) {
	p := machine(t, map[string]string{"System/Library/CoreServices/SystemVersion.plist": `<plist><dict>
<key>ProductBuildVersion</key> <string>23E224</string><key>ProductName</key><string>macOS</string>
<key>ProductVersion</key><string>14.4.1</string></dict></plist>`}, nil)
	p.goos = "darwin"
	got := found(detectHost, p)
	delete(got, "host.arch")
	want := attributes{
		"host.name": "box", "os.type": "darwin", "os.name": "macOS", "os.version": "14.4.1",
		"os.description": "macOS 14.4.1", "os.build_id": "23E224",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		osType("dragonfly"): "dragonflybsd", osType("linux"): "linux", osType("zos"): "zos", osType("illumos"): "solaris",
		hostArch("386"): "x86", hostArch("arm"): "arm32", hostArch("amd64"): "amd64", hostArch("arm64"): "arm64",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestProcess(t *testing.T) {
	p := machine(t, map[string]string{
		"etc/passwd":     "root:x:0:0:root:/root:/bin/sh\nshop:x:1000:1000::/:/bin/sh\n",
		"proc/self/stat": "7 (a) b (c)) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 1 1\n",
		"proc/uptime":    "200.45 100.00\n",
	}, nil)
	got := found(detectProcess, p)
	for name, want := range map[string]any{
		"process.pid": int64(7), "process.executable.name": "shop", "process.executable.path": "/opt/bin/shop",
		"process.owner": "shop", "process.creation.time": "2026-02-03T04:03:49.000Z", "process.runtime.name": "go",
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	for name := range got {
		if strings.HasPrefix(name, "process.command") {
			t.Errorf("%s may hold secrets", name)
		}
	}
	got = found(detectProcess, machine(t, map[string]string{"proc/self/stat": "7 (x) S", "proc/uptime": "?"}, nil))
	if got["process.owner"] != nil || got["process.creation.time"] != nil {
		t.Errorf("%v", got)
	}
}

func TestContainer(t *testing.T) {
	mount := func(root, point string) map[string]string {
		return map[string]string{
			"proc/self/cgroup":    "0::/\n",
			"proc/self/mountinfo": "1 2 0:3 / / rw - ext4 /dev/vda rw\n4 5 0:6 " + root + " " + point + " rw,relatime - ext4 /dev/vda rw\n",
		}
	}
	group := func(path string) map[string]string {
		return map[string]string{"proc/self/cgroup": "12:cpu:/\n1:name=systemd:" + path + "\n0::/\n"}
	}
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"none":            {nil, ""},
		"docker":          {group("/docker/" + idA), idA},
		"systemd":         {group("/system.slice/docker-" + idA + ".scope"), idA},
		"containerd":      {group("/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + idA + ".scope"), idA},
		"cri":             {group("/kubepods-besteffort-pod1.slice:cri-containerd:" + idA), idA},
		"podman":          {group("/machine.slice/libpod-" + idA + ".scope"), idA},
		"fargate":         {group("/ecs/" + uid[:8] + "/" + idA[:32] + "-1234567890"), idA[:32] + "-1234567890"},
		"other group":     {group("/process_api/" + idA[:32]), ""},
		"user session":    {group("/user.slice/user-1000.slice/session-3.scope"), ""},
		"docker mount":    {mount("/var/lib/docker/containers/"+idB+"/hostname", "/etc/hostname"), idB},
		"podman mount":    {mount("/storage/overlay-containers/"+idB+"/userdata/hosts", "/etc/hosts"), idB},
		"sandbox of cri":  {mount("/run/containerd/io.containerd.grpc.v1.cri/sandboxes/"+idB+"/hostname", "/etc/hostname"), ""},
		"mount elsewhere": {mount("/var/lib/docker/containers/"+idB+"/x", "/data"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := machine(t, tt.files, nil).containerID(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestKubernetes(t *testing.T) {
	files := map[string]string{
		"proc/self/mountinfo": "1 2 0:3 /var/lib/kubelet/pods/" + uid + "/etc-hosts /etc/hosts rw - ext4 x rw\n" +
			"1 2 0:3 /var/lib/kubelet/pods/" + uid + "/containers/web/1a2b /dev/termination-log rw - ext4 x rw\n",
		"var/run/secrets/kubernetes.io/serviceaccount/namespace": "prod",
		"etc/hosts": "# Kubernetes-managed hosts file.\n127.0.0.1 localhost\n",
		"etc/podinfo/annotations": "kubernetes.io/config.seen=\"2026\"\nresource.opentelemetry.io/service.name=\"sh\\\"op\"\n" +
			"resource.opentelemetry.io/=\"x\"\nresource.opentelemetry.io/bad=x\n",
	}
	inside := map[string]string{"KUBERNETES_SERVICE_HOST": "10.0.0.1"}
	if got := found(detectKubernetes, machine(t, files, nil)); len(got) != 0 {
		t.Errorf("outside of a pod %v", got)
	}
	got := found(detectKubernetes, machine(t, files, inside))
	want := attributes{
		"k8s.namespace.name": "prod", "k8s.pod.name": "box", "k8s.pod.uid": uid, "k8s.container.name": "web",
		"service.name": `sh"op`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}

	p := machine(t, files, inside)
	p.pid = 1
	id := p.instanceID()
	if p.hostname = "box-2"; p.instanceID() == id {
		t.Error("two pods have the same service.instance.id")
	}
	if p.hostname = "box"; p.instanceID() != id || id[14] != '5' {
		t.Errorf("service.instance.id %s and then %s", id, p.instanceID())
	}
	if p.pid = 2; p.instanceID() == p.instanceID() {
		t.Error("two processes of a container have the same service.instance.id")
	}

	files["etc/hosts"] = "# Kubernetes-managed hosts file (host network).\n"
	if got := found(detectKubernetes, machine(t, files, inside)); got["k8s.pod.name"] != nil {
		t.Errorf("the node's name is taken for the pod's: %v", got)
	}
	inside["POD_NAME"], inside["POD_NAMESPACE"], inside["K8S_NODE_NAME"], inside["CLUSTER_NAME"] = "shop-1", "test", "n1", "c1"
	inside["POD_UID"], inside["CONTAINER_NAME"] = "u1", "api"
	got = found(detectKubernetes, machine(t, nil, inside))
	want = attributes{
		"k8s.namespace.name": "test", "k8s.pod.name": "shop-1", "k8s.pod.uid": "u1", "k8s.container.name": "api",
		"k8s.node.name": "n1", "k8s.cluster.name": "c1",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestService(t *testing.T) {
	build := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: settings}
	}
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "abc"}
	for want, info := range map[string]*debug.BuildInfo{
		"":          nil,
		"v1.2.3":    build("v1.2.3", revision),
		"abc":       build("(devel)", revision, debug.BuildSetting{Key: "vcs.modified", Value: "false"}),
		"abc+dirty": build("", revision, debug.BuildSetting{Key: "vcs.modified", Value: "true"}),
	} {
		p := machine(t, nil, nil)
		p.build = info
		got := found(detectService, p)
		if version, _ := got["service.version"].(string); version != want {
			t.Errorf("service.version %q, want %q", version, want)
		}
		id, _ := got["service.instance.id"].(string)
		if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
			t.Errorf("service.instance.id %q", id)
		}
		if id == p.instanceID() {
			t.Error("two instances have the same id")
		}
		vcs := attributes{}
		if info != nil {
			vcs["vcs.ref.head.revision"] = "abc"
		}
		if got := found(detectVCS, p); !reflect.DeepEqual(got, vcs) {
			t.Errorf("%v, want %v", got, vcs)
		}
	}
}

// TestHashed has a value that Python's uuid.uuid5 returns.
func TestHashed(t *testing.T) {
	if got, want := hashed("prod.shop-1.web"), "aa9ad6d2-b551-5096-bdbe-d1de9ed56f52"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestCloud(t *testing.T) {
	for name, tt := range map[string]struct {
		variables map[string]string
		want      attributes
	}{
		"none": {map[string]string{"AWS_REGION": "eu-west-1"}, attributes{}},
		"lambda": {map[string]string{
			"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_VERSION": "3", "AWS_LAMBDA_LOG_STREAM_NAME": "s",
			"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_REGION": "eu-west-1",
		}, attributes{
			"cloud.provider": "aws", "cloud.platform": "aws_lambda", "cloud.region": "eu-west-1", "faas.name": "f",
			"faas.version": "3", "faas.instance": "s", "faas.max_memory": int64(128 << 20),
		}},
		"ecs": {map[string]string{"ECS_CONTAINER_METADATA_URI_V4": "http://x", "AWS_DEFAULT_REGION": "r"},
			attributes{"cloud.provider": "aws", "cloud.platform": "aws_ecs", "cloud.region": "r"}},
		"cloud run": {map[string]string{"K_SERVICE": "s", "K_REVISION": "s-1"},
			attributes{"cloud.provider": "gcp", "cloud.platform": "gcp_cloud_run", "faas.name": "s", "faas.version": "s-1"}},
		"knative": {map[string]string{"K_SERVICE": "s", "KUBERNETES_SERVICE_HOST": "x"}, attributes{}},
		"job": {map[string]string{"CLOUD_RUN_JOB": "j", "CLOUD_RUN_EXECUTION": "j-1", "CLOUD_RUN_TASK_INDEX": "0"}, attributes{
			"cloud.provider": "gcp", "cloud.platform": "gcp_cloud_run", "faas.name": "j",
			"gcp.cloud_run.job.execution": "j-1", "gcp.cloud_run.job.task_index": int64(0),
		}},
		"app engine": {map[string]string{"GAE_SERVICE": "s", "GAE_VERSION": "v", "GAE_INSTANCE": "i"}, attributes{
			"cloud.provider": "gcp", "cloud.platform": "gcp_app_engine", "faas.name": "s", "faas.version": "v", "faas.instance": "i",
		}},
		"container apps": {map[string]string{"CONTAINER_APP_NAME": "a"},
			attributes{"cloud.provider": "azure", "cloud.platform": "azure.container_apps"}},
		"app service": {map[string]string{"WEBSITE_SITE_NAME": "a", "REGION_NAME": "r"},
			attributes{"cloud.provider": "azure", "cloud.platform": "azure.app_service", "cloud.region": "r"}},
		"functions": {map[string]string{"WEBSITE_SITE_NAME": "a", "FUNCTIONS_EXTENSION_VERSION": "~4"},
			attributes{"cloud.provider": "azure", "cloud.platform": "azure.functions"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := found(detectCloud, machine(t, nil, tt.variables)); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// FuzzFiles checks that nothing in the files of the system breaks a detector.
func FuzzFiles(f *testing.F) {
	f.Add("0::/docker-" + idA + ".scope\n")
	f.Add("7 (x) S 1 7 7 0 -1 0 1 0 0 0 0 0 0 0 20 0 1 0 12345\n")
	f.Add("1 2 0:3 /pods/" + uid + "/containers/web/1 /dev/termination-log rw\nNAME=\"\\\n")
	f.Fuzz(func(t *testing.T, text string) {
		containerInGroups(text)
		containerInMount(text)
		podInMounts(parseMounts(text))
		parseAnnotations(text)
		unquote(text)
		if config.Matches(text, "") != (strings.Trim(text, "*") == "") {
			t.Errorf("pattern %q", text)
		}
	})
}
