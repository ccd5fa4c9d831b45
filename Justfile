# Every command of the repository. `./dev RECIPE` runs one on a machine that has no `just` yet.

set shell := ["bash", "-euo", "pipefail", "-c"]

# In CI, a lock file that does not fit the manifests is an error.
locked := if env("CI", "") != "" { "--locked" } else { "" }

# The Go versions that the runtime and woven programs are tested on; the go command fetches them.
go_versions := "go1.24.10 go1.25.4 go1.26.8 go1.27.3"
newest_go := replace_regex(go_versions, '.* ', '')
oldest_go := replace_regex(go_versions, ' .*', '')

# One profile and one selection of packages everywhere: with another one, cargo would compile
# wasmtime a second time.
cargo_flags := "--release --workspace " + locked

# Lists the recipes.
[private]
default:
    @just --list --unsorted

# Builds the plugins, then target/release/weft.
[group('build')]
build: plugins
    cargo build {{ cargo_flags }}

# Builds the plugins as WebAssembly modules and packs them; the host's build script embeds them.
[group('build')]
plugins:
    cd plugins && ../scripts/wasm-toolchain cargo build --release {{ locked }} --target wasm32-unknown-unknown --target-dir target
    cargo build {{ cargo_flags }} --bin pack-plugins
    target/release/pack-plugins plugins

# Weaves tests/apps/shop, sends it requests and prints the trace as a tree.
[group('build')]
demo: build
    target/release/demo

# Runs every check below, then says how each one went.
[group('test')]
test:
    scripts/run-steps build fmt-check lint deny test-rust test-plugins test-js test-go fuzz test-collector test-prometheus test-hooks test-modules test-e2e test-bench

# Checks that Rust and Go files are formatted.
[group('test')]
fmt-check:
    cargo fmt --all --check
    cd plugins && cargo fmt --all --check
    @unformatted=$(git ls-files '*.go' ':!:**/testdata/**' | xargs -r gofmt -l); \
        [ -z "$unformatted" ] || { echo "not formatted, run 'just fmt':"; echo "$unformatted"; exit 1; }

# Formats Rust and Go files.
[group('test')]
fmt:
    cargo fmt --all
    cd plugins && cargo fmt --all
    git ls-files '*.go' ':!:**/testdata/**' | xargs -r gofmt -w

# Runs clippy; a warning is an error.
[group('test')]
lint:
    cargo clippy {{ cargo_flags }} --all-targets -- --deny warnings
    cargo clippy {{ cargo_flags }} --test e2e --test modules -- --deny warnings
    cd plugins && cargo clippy --workspace {{ locked }} --target-dir target --all-targets -- --deny warnings

# Checks licences, sources and banned crates.
[group('test')]
deny:
    scripts/cargo-deny check licenses bans sources

# Runs the tests of the host, the weaver, the plugin host and the guest SDK, and what docs/ shows. Generated
# cases are the same in each run; fuzz-weave tries new ones.
[group('test')]
test-rust *args: plugins
    PROPTEST_RNG_SEED=1 cargo test {{ cargo_flags }} {{ args }}

# Runs the standard library's own tests with a hook around every function that can be woven: of all packages, or of those named.
[group('test')]
torture packages="all":
    WEFT_TORTURE="{{ packages }}" cargo test {{ cargo_flags }} --test torture -- --nocapture

# Runs the tests of the most imported modules with a hook around every function of theirs that can be woven: of all, or of those whose path has one of the words.
[group('test')]
torture-modules *words="all":
    WEFT_TORTURE="{{ words }}" cargo test {{ cargo_flags }} --test modules -- --nocapture

# Does the same with a few small modules.
[group('test')]
test-modules:
    cargo test {{ cargo_flags }} --test modules

# Runs Go's own tests of the language and the compiler with a hook around every function that can be woven: of all files, or of those whose path begins so.
[group('test')]
torture-language files="all":
    WEFT_TORTURE="{{ files }}" cargo test {{ cargo_flags }} --test language -- --nocapture

# Builds large programs of others plain and woven, and compares what they print, their exit codes and dependencies.
[group('test')]
torture-programs *programs: build
    target/release/torture-programs {{ programs }}

# Runs libraries' own tests woven with the built-in plugins, of all that are listed or of those whose path has one of the words: what passes plain must pass woven.
[group('test')]
torture-plugins *words: build
    target/release/torture-plugins {{ words }}

# Kills builds at so many points from their start to their end, and builds again after each.
[group('test')]
torture-kills points="40": build
    WEFT_KILLS={{ points }} cargo test {{ cargo_flags }} --test e2e -- a_build_after_a_killed_one

# Runs the plugins' own tests, on this machine instead of in WebAssembly.
[group('test')]
test-plugins *args:
    cd plugins && cargo test --workspace {{ locked }} --target-dir target {{ args }}

# Runs the tests of what plugins in JavaScript are written with.
[group('test')]
test-js:
    cd sdk/js && node --test

# Vets the Go runtime, for other systems too, and runs its tests on each Go version, on the oldest and the newest with the race detector.
[group('test')]
test-go *args:
    for module in sdk/go sdk/go/conformance; do for version in {{ go_versions }}; do \
        case $version in {{ oldest_go }} | {{ newest_go }}) race=-race ;; *) race= ;; esac; \
        echo "--- $module, $version $race"; \
        (cd $module; export GOTOOLCHAIN=$version; go vet -tags backends ./...; go test $race {{ args }} ./...); \
    done; done
    cd sdk/go; for system in darwin windows; do GOTOOLCHAIN={{ newest_go }} GOOS=$system go vet ./...; done

# Runs each fuzz target of sdk/go for so many seconds, or, as continuous integration does, 10000 times.
[group('test')]
fuzz bound="10000x":
    GOTOOLCHAIN={{ newest_go }} scripts/fuzz {{ bound }}

# Tries so many texts that are nearly Go, and command lines, on the weaver; test-rust tries a few.
[group('test')]
fuzz-weave cases="20000":
    PROPTEST_CASES={{ cases }} cargo test {{ cargo_flags }} --test fuzz --bin weft fuzz_
    PROPTEST_CASES={{ cases }} cargo test {{ cargo_flags }} --test properties

# Ships the runtime's telemetry to a real OpenTelemetry Collector and compares what arrives.
[group('test')]
test-collector *args:
    cd tests/collector && GOTOOLCHAIN=auto go build -o ../../target/collector .
    cd sdk/go/conformance && GOTOOLCHAIN={{ newest_go }} WEFT_COLLECTOR={{ justfile_directory() }}/target/collector \
        go test -race -tags backends -run TestCollector {{ args }} .

# Lets a real Prometheus scrape the runtime's metrics and compares what it has stored.
[group('test')]
test-prometheus *args:
    cd sdk/go/conformance && GOTOOLCHAIN={{ newest_go }} \
        ../../../scripts/debian-tool prometheus:prometheus,promtool -- go test -race -tags backends -run TestPrometheusServer {{ args }} .

# Takes the backend away, for up to 110 seconds, from programs that make 1000 spans a second. test-go does so shortly.
[group('test')]
soak-outage seconds="60":
    cd sdk/go/conformance && GOTOOLCHAIN={{ newest_go }} WEFT_OUTAGE_SECONDS={{ seconds }} \
        go test -race -count 1 -parallel 16 -v -run '^TestOutage$' .

# Vets the plugins' Go hooks against the real libraries, and runs their tests. Of those that stand as `weft plugin new`
# makes them, `weft plugin build` brings the runtime.
[group('test')]
test-hooks: build
    scripts/zig target/release/weft plugin build plugins/examples/dns
    for hooks in plugins/*/go plugins/examples/*/go; do (echo "--- $hooks"; cd "$hooks" && go vet ./... && go test ./...); done

# Weaves real programs, runs them and checks what they export. WEFT_GO_VERSIONS chooses Go versions.
[group('test')]
test-e2e *args: build
    scripts/zig scripts/debian-tool docker-registry:docker-registry minisign+libsodium23:minisign -- \
        cargo test {{ cargo_flags }} --test e2e {{ args }}

# Builds programs of every kind plain and woven, in every way on each Go version, and compares them.
[group('test')]
test-matrix: build
    WEFT_MATRIX=all cargo test {{ cargo_flags }} --test e2e kinds

# Runs the comparisons of the runtime shortly and checks that they print their figures, whatever those are.
[group('test')]
test-bench: build
    cd tests/bench-runtime && go vet ./... && WEFT_BENCH_ROUNDS=1 WEFT_BENCH_PIECES=1 go run . | ../../scripts/check-figures \
        span-vs-sdk span-exported-vs-sdk span-allocs span-bytes unsampled-vs-floor \
        histogram-vs-sdk http-server-vs-otelhttp
    cd tests/apps/shop/handwritten && go vet ./...
    cd tests/bench-service && go vet ./... && WEFT_BENCH_ROUNDS=1 WEFT_BENCH_SECONDS=1 WEFT_BENCH_RATE=100 go run . | ../../scripts/check-figures \
        service-cpu-1000qps service-cpu-vs-handwritten service-p50-woven service-p99-woven service-rss-woven

# Checks security advisories; needs the advisory database from the network.
[group('test')]
advisories:
    scripts/cargo-deny check advisories

# Compares weft with plain go: cold, warm and unchanged builds, planning, a compile step, binary size, a call through a socket.
[group('bench')]
bench: build
    target/release/bench

# Compares builds of large programs of others: hugo, caddy, prometheus; plain, woven, and with orchestrion, otelc and otel where they are on PATH.
[group('bench')]
bench-build *programs: build
    target/release/bench programs {{ programs }}

# Compares the runtime with the OpenTelemetry Go SDK: a span, a measurement, an HTTP request. WEFT_BENCH_ROUNDS, WEFT_BENCH_ONLY.
[group('bench')]
bench-runtime:
    cd tests/bench-runtime && go run .

# Compares the shop plain, woven and instrumented by hand: CPU, latency and memory under load. WEFT_BENCH_ROUNDS, WEFT_BENCH_SECONDS.
[group('bench')]
bench-service *variants: build
    cd tests/bench-service && go run . {{ variants }}

# Writes the snapshots and golden files that tests compare with; look at the difference before committing.
[group('test')]
bless:
    INSTA_UPDATE=always WEFT_BLESS=1 just test-rust

# Compiles the frozen plugin of a contract anew, before that is published. Not after: it shows that old plugins load.
[group('test')]
freeze-contract version: build
    scripts/zig target/release/weft plugin build tests/contract/{{ version }}

# Removes what was built here. The tools in ~/.cache/weft-dev stay.
[group('build')]
clean:
    cargo clean
    cd plugins && cargo clean --target-dir target
