package global

import (
	"go.opentelemetry.io/otel/metric"
	weft "go.weft.dev/sdk/metric"
)

// beforeInt64ObservableCounter hooks (*meter).Int64ObservableCounter.
func beforeInt64ObservableCounter(meter string, meterOptions []metric.MeterOption, name string, options []metric.Int64ObservableCounterOption) *observable {
	if IsConfigured() {
		return nil
	}
	c := metric.NewInt64ObservableCounterConfig(options...)
	return int64Observable(weft.NewObservableCounter[int64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	}), c.Callbacks())
}

func afterInt64ObservableCounter(o *observable, within metric.Int64ObservableCounter) {
	observables.Store(within, o)
}

// beforeFloat64ObservableCounter hooks (*meter).Float64ObservableCounter.
func beforeFloat64ObservableCounter(meter string, meterOptions []metric.MeterOption, name string, options []metric.Float64ObservableCounterOption) *observable {
	if IsConfigured() {
		return nil
	}
	c := metric.NewFloat64ObservableCounterConfig(options...)
	return float64Observable(weft.NewObservableCounter[float64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	}), c.Callbacks())
}

func afterFloat64ObservableCounter(o *observable, within metric.Float64ObservableCounter) {
	observables.Store(within, o)
}

// beforeInt64ObservableUpDownCounter hooks (*meter).Int64ObservableUpDownCounter.
func beforeInt64ObservableUpDownCounter(meter string, meterOptions []metric.MeterOption, name string, options []metric.Int64ObservableUpDownCounterOption) *observable {
	if IsConfigured() {
		return nil
	}
	c := metric.NewInt64ObservableUpDownCounterConfig(options...)
	return int64Observable(weft.NewObservableUpDownCounter[int64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	}), c.Callbacks())
}

func afterInt64ObservableUpDownCounter(o *observable, within metric.Int64ObservableUpDownCounter) {
	observables.Store(within, o)
}

// beforeFloat64ObservableUpDownCounter hooks (*meter).Float64ObservableUpDownCounter.
func beforeFloat64ObservableUpDownCounter(meter string, meterOptions []metric.MeterOption, name string, options []metric.Float64ObservableUpDownCounterOption) *observable {
	if IsConfigured() {
		return nil
	}
	c := metric.NewFloat64ObservableUpDownCounterConfig(options...)
	return float64Observable(weft.NewObservableUpDownCounter[float64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	}), c.Callbacks())
}

func afterFloat64ObservableUpDownCounter(o *observable, within metric.Float64ObservableUpDownCounter) {
	observables.Store(within, o)
}

// beforeInt64ObservableGauge hooks (*meter).Int64ObservableGauge.
func beforeInt64ObservableGauge(meter string, meterOptions []metric.MeterOption, name string, options []metric.Int64ObservableGaugeOption) *observable {
	if IsConfigured() {
		return nil
	}
	c := metric.NewInt64ObservableGaugeConfig(options...)
	return int64Observable(weft.NewObservableGauge[int64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	}), c.Callbacks())
}

func afterInt64ObservableGauge(o *observable, within metric.Int64ObservableGauge) {
	observables.Store(within, o)
}

// beforeFloat64ObservableGauge hooks (*meter).Float64ObservableGauge.
func beforeFloat64ObservableGauge(meter string, meterOptions []metric.MeterOption, name string, options []metric.Float64ObservableGaugeOption) *observable {
	if IsConfigured() {
		return nil
	}
	c := metric.NewFloat64ObservableGaugeConfig(options...)
	return float64Observable(weft.NewObservableGauge[float64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	}), c.Callbacks())
}

func afterFloat64ObservableGauge(o *observable, within metric.Float64ObservableGauge) {
	observables.Store(within, o)
}
