package api

import (
	"strings"

	weft "go.weft.dev/sdk/trace"
)

// ConventionOf returns the semantic convention that the spans of an instrumentation library follow, by the name of
// its scope: such a span, and a woven one of the same operation within it, or around it, are one.
func ConventionOf(scope string) weft.Convention {
	const contrib = "go.opentelemetry.io/contrib/instrumentation/"
	if library, ok := strings.CutPrefix(scope, contrib); ok {
		for _, web := range []string{"net/http/", "github.com/gin-gonic/", "github.com/labstack/", "github.com/gorilla/mux/", "github.com/emicklei/"} {
			if strings.HasPrefix(library, web) {
				return weft.HTTP
			}
		}
		if strings.HasPrefix(library, "google.golang.org/grpc/") {
			return weft.RPC
		}
		if strings.HasPrefix(library, "go.mongodb.org/") {
			return weft.Database
		}
		return 0
	}
	for _, database := range []string{
		"github.com/XSAM/otelsql", "github.com/uptrace/opentelemetry-go-extra/otelsql",
		"github.com/redis/go-redis/extra/redisotel", "gorm.io/plugin/opentelemetry", "gorm.io/opentelemetry",
	} {
		if strings.HasPrefix(scope, database) {
			return weft.Database
		}
	}
	return 0
}
