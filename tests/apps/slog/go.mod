module example.com/slog

go 1.24.0
