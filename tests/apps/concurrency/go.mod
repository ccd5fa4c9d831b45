module example.com/concurrency

go 1.26.0

require (
	github.com/panjf2000/ants/v2 v2.12.1
	github.com/robfig/cron v1.2.0
	github.com/robfig/cron/v3 v3.0.1
	golang.org/x/sync v0.25.0
)
