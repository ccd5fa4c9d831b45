module go.weft.dev/plugins/zerolog

go 1.24

require (
	github.com/rs/zerolog v1.15.0
	go.weft.dev/sdk v0.0.0
)

replace go.weft.dev/sdk => ../../../sdk/go
