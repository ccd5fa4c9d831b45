module go.weft.dev/plugins/probe

go 1.24
