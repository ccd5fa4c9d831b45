module go.weft.dev/plugins/tenant

go 1.24

require go.weft.dev/sdk v0.0.0

replace go.weft.dev/sdk => ../../../../sdk/go
