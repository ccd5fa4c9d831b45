module go.weft.dev/tests/https

go 1.24.0
