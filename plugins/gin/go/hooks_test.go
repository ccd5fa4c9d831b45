package gin

import (
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
)

// Without a server of net/http, such as in tests, there is no span to name.
func TestWithoutServer(t *testing.T) {
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	if beforeHandle(c) != c {
		t.Error("the context is another one")
	}
	afterHandle(c)
	c.Request = httptest.NewRequest("GET", "/", nil)
	afterHandle(c)
}
