package main

import (
	"go.opentelemetry.io/otel"
	otelattribute "go.opentelemetry.io/otel/attribute"
	otelmetric "go.opentelemetry.io/otel/metric"
	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/metric"
)

const (
	histogram = "http.server.request.duration"
	measured  = 0.0123
)

// bounds are those that the semantic conventions advise for the histogram.
var bounds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// weftHistogram records with eight attributes that each call brings.
func weftHistogram() (func(), func(), error) {
	h := metric.NewHistogram[float64](nil, histogram, metric.Options{Unit: "s", Bounds: bounds})
	return func() {
		h.Record(nil, measured,
			keys[0].String("GET"), keys[1].String("/orders/17"),
			keys[2].String("http"), keys[3].String("shop.example"),
			keys[4].Int(8080), keys[5].String("1.1"),
			keys[6].String("/orders/{id}"), keys[7].Int(200),
		)
	}, shipWeft, nil
}

// weftHistogramBound records with eight attributes that were given once.
func weftHistogramBound() (func(), func(), error) {
	h := metric.NewHistogram[float64](nil, histogram, metric.Options{Unit: "s", Bounds: bounds}).With(
		[]attribute.Attribute{
			keys[0].String("GET"), keys[1].String("/orders/17"),
			keys[2].String("http"), keys[3].String("shop.example"),
			keys[4].Int(8080), keys[5].String("1.1"),
			keys[6].String("/orders/{id}"), keys[7].Int(200),
		}...,
	)
	return func() { h.Record(nil, measured) }, shipWeft, nil
}

func sdkInstrument() (otelmetric.Float64Histogram, func(), error) {
	ship, err := startSDK()
	if err != nil {
		return nil, nil, err
	}
	h, err := otel.Meter("bench").Float64Histogram(histogram, otelmetric.WithUnit("s"),
		otelmetric.WithExplicitBucketBoundaries(bounds...))
	return h, ship, err
}

func sdkHistogram() (func(), func(), error) {
	h, ship, err := sdkInstrument()
	return func() { h.Record(background, measured, otelmetric.WithAttributes(otelEight()...)) }, ship, err
}

// sdkHistogramSet records with a set of attributes that was made once, the SDK's fastest way.
func sdkHistogramSet() (func(), func(), error) {
	h, ship, err := sdkInstrument()
	set := []otelmetric.RecordOption{otelmetric.WithAttributeSet(otelattribute.NewSet(otelEight()...))}
	return func() { h.Record(background, measured, set...) }, ship, err
}
