//! Other people's tests, plain and woven with the built-in plugins: what passes plain has to pass woven.

use std::collections::BTreeMap;

use crate::{App, Tool};

/// Why tests of gRPC differ that compare or count all metadata of a call.
const METADATA: &str = "calls carry a traceparent";

/// Why tests of OpenTelemetry differ that have not set a propagator.
const PROPAGATOR: &str = "contexts are read all the same";

/// A module with tests of its own.
#[derive(Debug)]
pub struct Suite {
    /// `path@version`.
    pub module: &'static str,
    /// Patterns of the packages that are tested.
    pub packages: &'static [&'static str],
    /// Tests that have to differ, by `PACKAGE TEST`, of the package the last elements, with the reason. Its
    /// subtests, and what it is a part of, differ with it.
    pub expected: &'static [(&'static str, &'static str)],
}

/// What came of one.
#[derive(Debug)]
pub struct Compared {
    /// Tests that pass plain.
    pub passed: usize,
    /// Functions that are woven, as weft says.
    pub woven: String,
    /// Tests that pass plain and not woven, with what they print, and have no reason to.
    pub lost: Vec<String>,
}

/// How the tests of a run ended, and what they printed, by package and test.
#[derive(Default)]
struct Outcome {
    passed: BTreeMap<String, bool>,
    printed: BTreeMap<String, String>,
    stderr: String,
    succeeded: bool,
}

impl Suite {
    /// The list of them, smallest first.
    pub const ALL: [Self; 9] = [
        Self {
            module: "github.com/sirupsen/logrus@v1.9.3",
            packages: &["./..."],
            expected: &[],
        },
        Self {
            module: "github.com/gorilla/mux@v1.8.1",
            packages: &["./..."],
            expected: &[],
        },
        Self {
            module: "github.com/go-chi/chi/v5@v5.2.3",
            packages: &["./..."],
            expected: &[],
        },
        Self {
            module: "github.com/rs/zerolog@v1.34.0",
            packages: &["./..."],
            expected: &[],
        },
        Self {
            module: "go.uber.org/zap@v1.27.0",
            packages: &["./..."],
            expected: &[],
        },
        Self {
            module: "github.com/gin-gonic/gin@v1.11.0",
            packages: &["./..."],
            expected: &[],
        },
        Self {
            module: "gorm.io/gorm@v1.31.0",
            packages: &["./..."],
            expected: &[],
        },
        Self {
            module: "go.opentelemetry.io/otel@v1.39.0",
            packages: &["./..."],
            expected: &[
                (
                    "internal/global TestTextMapPropagatorDelegation",
                    PROPAGATOR,
                ),
                (
                    "internal/global TestTextMapPropagatorDelegationNil",
                    PROPAGATOR,
                ),
            ],
        },
        Self {
            module: "google.golang.org/grpc@v1.80.0",
            packages: &[
                ".",
                "./test",
                "./internal/transport",
                "./credentials/...",
                "./stats/...",
            ],
            expected: &[
                ("grpc/test Test/ConfigSelector", METADATA),
                ("grpc/test Test/MetadataOrderUnaryRPC", METADATA),
                ("grpc/test Test/MetadataStreamingRPC", METADATA),
                ("grpc/test Test/MetadataUnaryRPC", METADATA),
                ("grpc/test Test/MultipleSetHeaderStreamingRPC", METADATA),
                (
                    "grpc/test Test/MultipleSetHeaderStreamingRPCError",
                    METADATA,
                ),
                ("grpc/test Test/MultipleSetHeaderUnaryRPC", METADATA),
                ("grpc/test Test/MultipleSetHeaderUnaryRPCError", METADATA),
                (
                    "grpc/test Test/ServerMaxHeaderListSizeClientIntentionalViolation",
                    METADATA,
                ),
                ("grpc/test Test/SetAndSendHeaderStreamingRPC", METADATA),
                ("grpc/test Test/SetAndSendHeaderUnaryRPC", METADATA),
            ],
        },
    ];

    /// Runs the tests plain and woven.
    ///
    /// # Errors
    ///
    /// When the module cannot be fetched, or none of its tests passes plain.
    pub fn compare(&self) -> anyhow::Result<Compared> {
        let app = App::of_module(self.module)?;
        let plain = self.run(app.go(["test"]));
        let woven = self.run(app.weft(["go", "test"]));
        let passed: Vec<&String> = plain
            .passed
            .iter()
            .filter_map(|(test, passed)| passed.then_some(test))
            .collect();
        anyhow::ensure!(
            !passed.is_empty(),
            "{}: no test passes plain: {}",
            self.module,
            plain.stderr
        );
        let lost = passed
            .iter()
            .filter(|test| !woven.passed.get(**test).is_some_and(|passed| *passed))
            .filter(|test| !self.is_expected(test))
            .map(|test| {
                let printed = woven.printed.get(*test).map_or("", String::as_str);
                format!("{test}\n{printed}")
            });
        let mut lost: Vec<String> = lost.collect();
        let said = woven.stderr.lines().find(|line| line.contains("woven"));
        // After tests that fail, which they may do plain as well, weft says nothing.
        if said.is_none() && woven.succeeded {
            lost.push(format!("nothing is woven:\n{}", woven.stderr));
        }
        Ok(Compared {
            passed: passed.len(),
            woven: said.unwrap_or_default().to_owned(),
            lost,
        })
    }

    fn run(&self, tool: Tool) -> Outcome {
        let finished = tool
            .args(["-json", "-short", "-count=1", "-timeout=10m"])
            .args(self.packages)
            .run();
        let mut outcome = Outcome {
            succeeded: finished.status.success(),
            stderr: finished.stderr,
            ..Outcome::default()
        };
        for line in finished.stdout.lines() {
            // Source: cmd/internal/test2json.
            let Ok(event) = serde_json::from_str::<serde_json::Value>(line) else {
                continue;
            };
            let word = |name: &str| event[name].as_str().unwrap_or_default();
            let test = format!("{} {}", word("Package"), word("Test"));
            match word("Action") {
                "pass" => drop(outcome.passed.insert(test, true)),
                "fail" => drop(outcome.passed.insert(test, false)),
                "output" => outcome
                    .printed
                    .entry(test)
                    .or_default()
                    .push_str(word("Output")),
                "build-output" => outcome.stderr.push_str(word("Output")),
                _ => {}
            }
        }
        outcome
    }

    fn is_expected(&self, test: &str) -> bool {
        self.expected.iter().any(|(expected, _)| {
            let (package, name) = expected.split_once(' ').unwrap_or((expected, ""));
            let Some((of, test)) = test.split_once(' ') else {
                return false;
            };
            let same_package = of == package || of.ends_with(&format!("/{package}"));
            same_package && (is_within(test, name) || is_within(name, test))
        })
    }
}

/// Whether a test is another one or a part of it: every test is a part of its package, which has no name.
fn is_within(test: &str, whole: &str) -> bool {
    whole.is_empty()
        || test
            .strip_prefix(whole)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
