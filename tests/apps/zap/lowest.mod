module example.com/zap

go 1.24

require go.uber.org/zap v1.10.0

require (
	github.com/pkg/errors v0.9.1 // indirect
	go.uber.org/atomic v1.12.0 // indirect
	go.uber.org/multierr v1.11.0 // indirect
)
