module go.weft.dev/bench/service

go 1.26.0

require (
	github.com/alicebob/miniredis/v2 v2.40.0
	go.weft.dev/bench/receiver v0.0.0
	golang.org/x/sys v0.50.0
)

require github.com/yuin/gopher-lua v1.1.1 // indirect

replace go.weft.dev/bench/receiver => ../bench-receiver
