// Command gin asks itself for routes of all kinds, and prints what comes back.
package main

import (
	"fmt"
	"io/ioutil"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"
)

func main() {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.Use(gin.RecoveryWithWriter(ioutil.Discard))
	ok := func(c *gin.Context) { c.String(http.StatusOK, "%s", c.Request.URL.Path) }
	engine.GET("/users/:id", ok)
	engine.GET("/files/*path", ok)
	engine.Any("/any", ok)
	v1 := engine.Group("/v1")
	v1.POST("/orders", ok)
	closed := engine.Group("/admin", func(c *gin.Context) { c.AbortWithStatus(http.StatusForbidden) })
	closed.GET("/:page", ok)
	engine.GET("/panic/:id", func(*gin.Context) { panic("at the disco") })
	again := func(path string) gin.HandlerFunc {
		return func(c *gin.Context) {
			c.Request.URL.Path = path
			engine.HandleContext(c)
		}
	}
	engine.GET("/old/:id", again("/users/1"))
	engine.GET("/lost/:id", again("/none/1"))
	engine.GET("/copy/:id", func(c *gin.Context) {
		c.Request = c.Request.WithContext(c.Request.Context())
		c.Status(http.StatusNoContent)
	})
	engine.NoRoute(func(c *gin.Context) { c.String(http.StatusNotFound, "no route") })

	// What panics here nobody recovers but net/http.
	bare := gin.New()
	bare.POST("/panic/:id", func(*gin.Context) { panic(http.ErrAbortHandler) })

	mux := http.NewServeMux()
	mux.Handle("/", engine)
	mux.Handle("/bare/", http.StripPrefix("/bare", bare))
	for _, handler := range []http.Handler{engine, mux} {
		server := httptest.NewServer(handler)
		for _, ask := range []struct{ method, path string }{
			{"GET", "/users/7"}, {"HEAD", "/any"}, {"GET", "/files/a/b"}, {"POST", "/v1/orders"}, {"GET", "/admin/home"},
			{"GET", "/panic/7"}, {"GET", "/old/7"}, {"GET", "/lost/7"}, {"GET", "/copy/7"},
			{"GET", "/none/7"}, {"DELETE", "/users/7"}, {"GET", "/users/7/"}, {"POST", "/bare/panic/7"},
		} {
			r, err := http.NewRequest(ask.method, server.URL+ask.path, nil)
			if err != nil {
				panic(err)
			}
			fmt.Println(ask.method, ask.path)
			response, err := http.DefaultTransport.RoundTrip(r) // follows no redirects
			if err != nil {
				fmt.Println("no answer")
				continue
			}
			body, _ := ioutil.ReadAll(response.Body)
			response.Body.Close()
			fmt.Println(response.StatusCode, string(body))
		}
		server.Close()
	}
}
