// Package gin names the server spans of net/http by the routes of github.com/gin-gonic/gin.
package gin

import (
	"github.com/gin-gonic/gin"
	"go.weft.dev/sdk/semconv/httpconv"
)

// beforeHandle hands the context on to afterHandle. Hooks (*Engine).handleHTTPRequest, which finds the route and runs
// all handlers, once more for each HandleContext.
func beforeHandle(c *gin.Context) *gin.Context { return c }

// afterHandle notes the route of the handlers that ran last; where there was none, none is left from before.
func afterHandle(c *gin.Context) {
	if c.Request != nil {
		httpconv.SetRoute(c.Request, c.FullPath())
	}
}
