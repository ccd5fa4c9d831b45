//go:build lowest

package main

import "context"

func gauges(context.Context) {}
