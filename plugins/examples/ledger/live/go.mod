module go.weft.dev/plugins/ledger/live

go 1.24

require example.com/ledger v1.2.0

replace example.com/ledger => ../library
