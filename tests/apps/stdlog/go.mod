module example.com/stdlog

go 1.24
