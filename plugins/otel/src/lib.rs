//! Joins what a program does with the OpenTelemetry API, `go.opentelemetry.io/otel`, and the runtime:
//! without an SDK of the program's own the runtime is the SDK, and with one both make one trace.

use weft_plugin::{
    Advices, Descriptor, Function, Package, Plugin, Result, Settings, export, function, hooks,
    method,
};

/// See the crate.
pub struct Otel;

export!(Otel);

const VERSIONS: &str = ">=1.20, <2";

/// What meters make that is given values.
const INSTRUMENTS: [&str; 6] = [
    "Int64Counter",
    "Int64UpDownCounter",
    "Int64Histogram",
    "Float64Counter",
    "Float64UpDownCounter",
    "Float64Histogram",
];
/// Of those, what meters make since 1.27.
const GAUGES: [&str; 2] = ["Int64Gauge", "Float64Gauge"];
/// What meters make that is asked for values.
const OBSERVABLES: [&str; 6] = [
    "Int64ObservableCounter",
    "Int64ObservableUpDownCounter",
    "Int64ObservableGauge",
    "Float64ObservableCounter",
    "Float64ObservableUpDownCounter",
    "Float64ObservableGauge",
];

impl Plugin for Otel {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        // A folder is linked where a package that it hooks is in the build. Each imports what that package
        // imports, and folders that are linked with it.
        d.hooks(hooks![
            "api/attribute.go",
            "api/context.go",
            "api/convention.go",
            "api/scope.go",
            "api/span.go",
            "api/tracer.go",
            "baggage/hooks.go",
            "export/hooks.go",
            "gauge/gauge.go",
            "global/callbacks.go",
            "global/instruments.go",
            "global/meter.go",
            "global/observables.go",
            "global/propagator.go",
            "global/tracer.go",
            "sdktrace/hooks.go",
            "sdktrace/started.go",
        ]);
        d.permission("import:go.weft.dev/plugins/otel/..."); // its own folders
        d.permission("import:runtime/debug"); // for stack traces that the program asks for

        d.interest("go.opentelemetry.io/otel/trace", VERSIONS)
            .requiring(function("ContextWithSpan"))
            .requiring(function("ContextWithSpanContext"))
            .requiring(function("SpanFromContext"));
        d.interest("go.opentelemetry.io/otel/baggage", VERSIONS)
            .requiring(function("ContextWithBaggage"))
            .requiring(function("ContextWithoutBaggage"))
            .requiring(function("FromContext"));
        let global = d.interest("go.opentelemetry.io/otel/internal/global", VERSIONS);
        global
            .requiring(method("*tracerProvider", "Tracer"))
            .requiring(method("*tracerProvider", "setDelegate"))
            .requiring(method("*meterProvider", "setDelegate"))
            .requiring(method("*meter", "RegisterCallback"))
            .requiring(method("*registration", "Unregister"))
            .requiring(method("*textMapPropagator", "SetDelegate"))
            .requiring(method("*textMapPropagator", "Inject"))
            .requiring(method("*textMapPropagator", "Extract"))
            .requiring(method("*textMapPropagator", "Fields"));
        for name in INSTRUMENTS.iter().chain(&OBSERVABLES) {
            global.requiring(method("*meter", name));
        }
        for name in GAUGES {
            global.matching(method("*meter", name));
        }
        d.interest("go.opentelemetry.io/otel/sdk/trace", VERSIONS)
            .requiring(method("*tracer", "Start"))
            .requiring(method("*recordingSpan", "End"))
            .requiring(method("nonRecordingSpan", "End"))
            .matching(method("*batchSpanProcessor", "exportSpans"))
            .matching(method("*simpleSpanProcessor", "OnEnd"));
        d.interest("go.opentelemetry.io/otel/sdk/metric", "")
            .matching(method("*PeriodicReader", "collectAndExport"))
            .matching(method("*PeriodicReader", "Shutdown"));
        d.interest("go.opentelemetry.io/otel/sdk/log", "")
            .matching(method("chunkExporter", "Export"))
            .matching(method("*timeoutExporter", "Export"))
            .matching(method("*SimpleProcessor", "OnEmit"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        let advise = match p.import_path() {
            "go.opentelemetry.io/otel/trace" => api,
            "go.opentelemetry.io/otel/baggage" => baggage,
            "go.opentelemetry.io/otel/internal/global" => global,
            _ => sdk,
        };
        for f in p.functions() {
            advise(f, out);
        }
        Ok(())
    }
}

/// Contexts, which carry spans for the API and for the runtime.
fn api(f: Function<'_>, out: &mut Advices) {
    let hook = out.hook(f).folder("api");
    match f.name() {
        "ContextWithSpan" => {
            hook.before("beforeContextWithSpan")
                .arguments(["0", "1"])
                .replaces(["0"]);
        }
        "ContextWithSpanContext" => {
            hook.before("beforeContextWithSpanContext")
                .after("afterContextWithSpanContext")
                .arguments(["1"])
                .replaces_results(["0"]);
        }
        _ => {
            hook.before("beforeSpanFromContext")
                .after("afterSpanFromContext")
                .arguments(["0"])
                .replaces_results(["0"]);
        }
    }
}

/// Contexts, which carry baggage for both.
fn baggage(f: Function<'_>, out: &mut Advices) {
    let hook = out.hook(f).folder("baggage");
    match f.name() {
        "ContextWithBaggage" => {
            hook.before("beforeContextWithBaggage")
                .arguments(["0", "1"])
                .replaces(["0"]);
        }
        "ContextWithoutBaggage" => {
            hook.before("beforeContextWithoutBaggage")
                .arguments(["0"])
                .replaces(["0"]);
        }
        _ => {
            hook.before("beforeFromContext")
                .after("afterFromContext")
                .arguments(["0"])
                .replaces_results(["0"]);
        }
    }
}

/// What the API hands out until a program configures providers.
fn global(f: Function<'_>, out: &mut Advices) {
    let hook = out.hook(f).folder("global");
    match (f.receiver().unwrap_or_default(), f.name()) {
        ("*tracerProvider", "Tracer") => {
            hook.before("beforeTracer")
                .after("afterTracer")
                .arguments(["0", "1"])
                .replaces_results(["0"]);
        }
        ("*tracerProvider", _) => {
            hook.before("beforeSetDelegate").arguments(["0"]);
        }
        ("*meterProvider", _) => {
            hook.before("beforeSetMeters").arguments([]);
        }
        ("*meter", "RegisterCallback") => {
            hook.before("beforeRegister")
                .after("afterRegister")
                .arguments(["0"])
                .results(["0"]);
        }
        ("*meter", name) => {
            let hook = hook
                .before(&format!("before{name}"))
                .after(&format!("after{name}"))
                .arguments(["recv.name", "recv.opts", "0", "1"])
                .results(["0"]);
            if GAUGES.contains(&name) {
                hook.folder("gauge").replaces_results(["0"]);
            } else if !OBSERVABLES.contains(&name) {
                hook.replaces_results(["0"]);
            }
        }
        ("*registration", _) => {
            hook.before("beforeUnregister").arguments(["recv"]);
        }
        (_, "SetDelegate") => {
            hook.before("beforeSetPropagator").arguments(["0"]);
        }
        (_, "Inject") => {
            hook.before("beforeInject").arguments(["0", "1"]);
        }
        (_, "Extract") => {
            hook.before("beforeExtract")
                .after("afterExtract")
                .arguments(["1"])
                .replaces_results(["0"]);
        }
        _ => {
            hook.before("beforeFields")
                .after("afterFields")
                .arguments([])
                .replaces_results(["0"]);
        }
    }
}

/// Spans of a program's own SDK, and what it sends.
fn sdk(f: Function<'_>, out: &mut Advices) {
    match f.name() {
        "Start" => {
            out.hook(f)
                .folder("sdktrace")
                .before("beforeStart")
                .after("afterStart")
                .arguments(["0"])
                .replaces(["0"])
                .replaces_results(["0"]);
        }
        "End" => {
            out.hook(f)
                .folder("sdktrace")
                .before("beforeEnd")
                .arguments(["recv"]);
        }
        _ => {
            out.hook(f)
                .folder("export")
                .before("beforeExport")
                .after("afterExport")
                .arguments([])
                .results([]);
        }
    }
}
