//! Builds of the shop, woven and plain in turn.

use std::path::Path;

use weft_tests::{App, go};

use crate::figure::{Times, at_most, megabytes, milliseconds, ratios};

const WEFT: &str = "weft go build";
const PLAIN: &str = "go build";

/// One build of both services. `caches` has a folder for the build cache and one for weft's own.
fn build(app: &App, how: &str, caches: &Path) {
    let tool = match how {
        WEFT => app.weft(["-q", "go"]),
        _ => app.go([""; 0]),
    };
    tool.args(["build", "-o"])
        .args([app.out(how).join("")])
        .args(["./cmd/..."])
        .env("GOCACHE", caches.join("go-build"))
        .env("WEFT_CACHE", caches.join("weft"))
        .ok();
}

/// Nothing has changed since the last build.
pub fn unchanged(rounds: usize) -> anyhow::Result<()> {
    println!("unchanged: both services of tests/apps/shop, built before");
    let app = App::shared("shop");
    let caches = app.out("unchanged");
    go::plain_cache(app.directory(), &caches.join("go-build"))?;
    let mut times = [Times::default(), Times::default()];
    for how in [PLAIN, WEFT] {
        build(&app, how, &caches);
    }
    for _ in 0..rounds {
        for (times, how) in times.iter_mut().zip([PLAIN, WEFT]) {
            times.take(|| build(&app, how, &caches))?;
        }
    }
    let [plain, weft] = times;
    plain.show(PLAIN)?;
    weft.show(WEFT)?;
    let (ratio, _) = ratios(&weft, &plain)?;
    at_most("unchanged-build", ratio, 1.15);
    let extra = milliseconds(weft.min()?.wall) - milliseconds(plain.min()?.wall);
    at_most("unchanged-build-extra-ms", extra, 50.0);
    Ok(())
}

/// Empty caches, weft's own included; and then weft on the cache that the plain build has filled.
pub fn cold(rounds: usize) -> anyhow::Result<()> {
    println!("cold: empty caches, weft's own included; warm: go's filled by a plain build");
    let app = App::shared("shop");
    let mut times = [Times::default(), Times::default(), Times::default()];
    for round in 0..rounds {
        let [plain, weft] = ["plain", "weft"].map(|how| app.out(&format!("cold-{how}-{round}")));
        for (times, (how, caches)) in
            times
                .iter_mut()
                .zip([(PLAIN, &plain), (WEFT, &weft), (WEFT, &plain)])
        {
            let out = app.out(how);
            if out.exists() {
                std::fs::remove_dir_all(out)?;
            }
            times.take(|| build(&app, how, caches))?;
        }
        std::fs::remove_dir_all(plain)?;
        std::fs::remove_dir_all(weft)?;
    }
    let [plain, weft, warm] = times;
    plain.show(PLAIN)?;
    weft.show(WEFT)?;
    warm.show("weft go build after go build")?;
    let (wall, cpu) = ratios(&weft, &plain)?;
    at_most("cold-build", wall, 1.10);
    at_most("cold-build-cpu", cpu, 1.10);
    let (wall, cpu) = ratios(&warm, &plain)?;
    at_most("plain-warm-build", wall, 0.5);
    at_most("plain-warm-build-cpu", cpu, 0.5);
    Ok(())
}

/// What weaving adds to an executable.
pub fn size() -> anyhow::Result<()> {
    let app = App::shared("shop");
    let plain = std::fs::metadata(app.plain("./cmd/shop"))?.len();
    let woven = std::fs::metadata(app.woven("./cmd/shop"))?.len();
    let (plain, woven) = (megabytes(plain), megabytes(woven));
    println!("binary size: plain {plain:.1} MB, woven {woven:.1} MB");
    at_most("binary-size", woven / plain, 1.10);
    Ok(())
}
