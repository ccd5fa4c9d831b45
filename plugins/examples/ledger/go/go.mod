module go.weft.dev/plugins/ledger

go 1.24

require (
	example.com/ledger v1.2.0
	go.weft.dev/sdk v0.0.0
)

replace (
	example.com/ledger => ../library
	go.weft.dev/sdk => ../../../../sdk/go
)
