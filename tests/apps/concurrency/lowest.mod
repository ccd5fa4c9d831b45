module example.com/concurrency

go 1.24.0

require (
	github.com/panjf2000/ants/v2 v2.4.2
	github.com/robfig/cron v1.2.0
	github.com/robfig/cron/v3 v3.0.0
	golang.org/x/sync v0.1.0
)
