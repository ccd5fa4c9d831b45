package resource

import (
	"crypto/rand"
	"crypto/sha1"
	"encoding/hex"
	"os"
	"strings"

	"go.weft.dev/sdk/internal/env"
)

// detectService finds service.version in what the go command put into the program,
// and makes service.instance.id (semconv resource/service.md).
func detectService(p *process, a attributes) {
	a.set("service.version", p.version())
	a.set("service.instance.id", p.instanceID())
	if env.HasFile() {
		// This detector is how a file asks for the variable that it hides otherwise
		// (opentelemetry-configuration, ExperimentalServiceResourceDetector).
		a.set("service.name", strings.TrimSpace(os.Getenv("OTEL_SERVICE_NAME")))
	}
}

// version returns the version of the main module, or else the commit that the
// program is built from.
func (p *process) version() string {
	if p.build == nil {
		return ""
	}
	if v := p.build.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision := p.buildSetting("vcs.revision")
	if revision != "" && p.buildSetting("vcs.modified") == "true" {
		return revision + "+dirty"
	}
	return revision
}

// instances is the namespace of ids that are made from what tells instances apart.
var instances = [16]byte{
	0x4d, 0x63, 0x00, 0x9a, 0x8d, 0x0f, 0x11, 0xee, 0xaa, 0xd7, 0x4c, 0x79, 0x6e, 0xd8, 0xe3, 0x20,
}

// instanceID returns a random UUID. The first process of a container in a pod, of
// which there is one only, gets the same one whenever it starts again.
func (p *process) instanceID() string {
	if pod := p.pod(); p.pid == 1 && pod.namespace != "" && pod.name != "" && pod.container != "" {
		if id := hashed(pod.namespace + "." + pod.name + "." + pod.container); id != "" {
			return id
		}
	}
	var random [16]byte
	_, _ = rand.Read(random[:]) // which never fails
	return uuid(random, 4)
}

// hashed returns the UUID for a name, "" where SHA-1 is not to be had.
func hashed(name string) (id string) {
	defer func() { _ = recover() }() // GODEBUG=fips140=only makes it panic
	h := sha1.New()
	h.Write(instances[:])
	h.Write([]byte(name))
	return uuid([16]byte(h.Sum(nil)[:16]), 5)
}

// uuid formats b as a UUID of a version (RFC 9562, section 5).
func uuid(b [16]byte, version byte) string {
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
