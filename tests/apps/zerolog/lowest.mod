module example.com/zerolog

go 1.24

require github.com/rs/zerolog v1.15.0
