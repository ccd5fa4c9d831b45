module go.weft.dev/plugins/gorm

go 1.24

require (
	go.weft.dev/sdk v0.0.0
	gorm.io/gorm v1.20.0
)

require (
	github.com/jinzhu/inflection v1.0.0 // indirect
	github.com/jinzhu/now v1.1.1 // indirect
)

replace go.weft.dev/sdk => ../../../sdk/go
