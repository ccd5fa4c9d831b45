module go.weft.dev/bench/receiver

go 1.26
