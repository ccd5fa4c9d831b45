package global

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/metric"
	"go.weft.dev/plugins/otel/api"
	"go.weft.dev/sdk/attribute"
	weft "go.weft.dev/sdk/metric"
)

// observable is the runtime's form of an observable instrument, of one type or the other.
type observable struct {
	ints   *weft.Observable[int64]
	floats *weft.Observable[float64]
}

// observables holds them by the API's, which programs name in callbacks. Those cannot be wrapped: an SDK looks
// for its own instrument within.
var observables sync.Map // metric.Observable to *observable

func int64Observable(own *weft.Observable[int64], callbacks []metric.Int64Callback) *observable {
	for _, f := range callbacks {
		onCollect(func(to *weft.Observer) {
			// What it returns is for an SDK's error handler; what it has observed counts.
			_ = f(context.Background(), int64Observer{to: to, own: own})
		})
	}
	return &observable{ints: own}
}

func float64Observable(own *weft.Observable[float64], callbacks []metric.Float64Callback) *observable {
	for _, f := range callbacks {
		onCollect(func(to *weft.Observer) {
			_ = f(context.Background(), float64Observer{to: to, own: own})
		})
	}
	return &observable{floats: own}
}

// onCollect has f called until the program configures a provider, or calls stop.
func onCollect(f func(*weft.Observer)) (stop func()) {
	return weft.OnCollect(func(to *weft.Observer) {
		if !IsConfigured() {
			f(to)
		}
	})
}

type int64Observer struct {
	metric.Int64Observer
	to  *weft.Observer
	own *weft.Observable[int64]
}

func (o int64Observer) Observe(v int64, options ...metric.ObserveOption) {
	o.own.Observe(o.to, v, observed(options)...)
}

type float64Observer struct {
	metric.Float64Observer
	to  *weft.Observer
	own *weft.Observable[float64]
}

func (o float64Observer) Observe(v float64, options ...metric.ObserveOption) {
	o.own.Observe(o.to, v, observed(options)...)
}

// observer takes values for several instruments.
type observer struct {
	metric.Observer
	to *weft.Observer
}

func (o observer) ObserveInt64(of metric.Int64Observable, v int64, options ...metric.ObserveOption) {
	if i, ok := observables.Load(of); ok {
		i.(*observable).ints.Observe(o.to, v, observed(options)...)
	}
}

func (o observer) ObserveFloat64(of metric.Float64Observable, v float64, options ...metric.ObserveOption) {
	if i, ok := observables.Load(of); ok {
		i.(*observable).floats.Observe(o.to, v, observed(options)...)
	}
}

func observed(options []metric.ObserveOption) []attribute.Attribute {
	if len(options) == 0 {
		return nil
	}
	return api.AppendSet(nil, metric.NewObserveConfig(options).Attributes())
}

// registered is a callback for several instruments.
type registered struct{ stop func() }

// registrations holds them by the API's.
var registrations sync.Map // metric.Registration to *registered

// beforeRegister hooks (*meter).RegisterCallback.
func beforeRegister(f metric.Callback) *registered {
	if f == nil || IsConfigured() {
		return nil
	}
	return &registered{onCollect(func(to *weft.Observer) {
		_ = f(context.Background(), observer{to: to})
	})}
}

func afterRegister(r *registered, within metric.Registration) {
	if within != nil {
		registrations.Store(within, r)
	}
}

// beforeUnregister hooks (*registration).Unregister.
func beforeUnregister(within any) {
	if r, ok := registrations.LoadAndDelete(within); ok {
		r.(*registered).stop()
	}
}
