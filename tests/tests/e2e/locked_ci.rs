//! The example `plugins/examples/locked-ci`: what its README says that the job says, the job says.

use std::path::PathBuf;

use weft_tests::artifact::{KeyPair, Registry, component, renamed};
use weft_tests::{App, Finished, Tool};

use super::ci::{run, steps};
use super::project_plugins::{plugin, put, read};

const TENANT: &str = "weft_plugin_tenant";

/// The project as somebody has it who has copied the example, with a registry and a key of its own.
struct Project {
    app: App,
    platform: KeyPair,
    registry: Registry,
}

impl Project {
    fn new() -> Self {
        let project = Self {
            app: App::of(&[]),
            platform: KeyPair::new(),
            registry: Registry::start().unwrap(),
        };
        let Self { app, .. } = &project;
        app.take("plugins/examples/locked-ci", "");
        for file in ["weft.toml", "image/policy.toml"] {
            let text = read(app, file);
            let pinned = text.lines().find(|line| line.starts_with("platform = "));
            let key = format!("platform = \"{}\"", project.platform.public);
            let text = text.replace(pinned.unwrap(), &key);
            let address = project.registry.address();
            app.write(file, &text.replace("registry.example.com", address));
        }
        project.publish(&component(TENANT), "weft-tenant");
        project.update("tenant").ok();
        project
    }

    /// Signs a plugin and publishes it, as the platform team does in a folder of its own.
    fn publish(&self, component: &[u8], name: &str) {
        let folder = self.app.out("platform");
        std::fs::create_dir_all(&folder).unwrap();
        let file = format!("{name}.wasm");
        std::fs::write(folder.join(&file), component).unwrap();
        self.platform.sign(&folder.join(&file));
        let place = format!("oci://{}/platform/{name}", self.registry.address());
        plugin(&self.app, &["publish", &file, &place])
            .directory(&folder)
            .ok();
    }

    fn update(&self, name: &str) -> Tool {
        plugin(&self.app, &["update", name, "--yes"]).env("WEFT_POLICY", self.policy())
    }

    fn policy(&self) -> PathBuf {
        self.app.directory().join("image/policy.toml")
    }

    /// Runs the job in the image: up to the first step that fails, which is returned.
    fn job(&self) -> Result<(), (String, Finished)> {
        let workflow = read(&self.app, ".github/workflows/build.yml");
        let environment = workflow.lines().skip_while(|line| *line != "env:").skip(1);
        let environment: Vec<_> = environment
            .map_while(|line| line.strip_prefix("  ")?.split_once(": "))
            .collect();
        assert!(environment.len() >= 2, "{environment:?}");
        for step in steps(&workflow) {
            let mut tool = run(&self.app, self.app.directory(), &step)
                .env("CI", "true")
                .env("HOME", self.app.out(""))
                .env("GITHUB_WORKSPACE", self.app.directory())
                .env("WEFT_POLICY", self.policy());
            for (name, value) in &environment {
                tool = tool.env(name, value.trim_matches('"'));
            }
            let finished = tool.run();
            if !finished.status.success() {
                return Err((step, finished));
            }
        }
        Ok(())
    }

    /// Edits the lock by hand: another file, which is in the vendor folder, and who has signed it.
    fn lock(&self, component: &[u8], signer: Option<&str>, signature: &str) {
        let digest = blake3::hash(component).to_hex().to_string();
        let name = format!("weft-plugins/tenant-0.1.0-{}.wasm", &digest[..8]);
        put(&self.app, &name, component);
        let before = read(&self.app, "weft.lock");
        let kept = ["format", "[[", "name", "version", "source", "location"];
        let mut lock: Vec<_> = before
            .lines()
            .filter(|line| kept.iter().any(|kept| line.starts_with(kept)))
            .map(str::to_owned)
            .collect();
        assert_eq!(lock.len(), kept.len(), "{before}");
        lock.push(format!("digest = \"{digest}\""));
        if let Some(signer) = signer {
            lock.push(format!("signer = \"{signer}\""));
        }
        if !signature.is_empty() {
            lock.push(format!("signature = '''\n{signature}'''"));
        }
        self.app.write("weft.lock", &(lock.join("\n") + "\n"));
    }

    /// Has the project take all from somebody else, as far as its own files say.
    fn take_from(&self, place: &str) {
        let (settings, lock) = (read(&self.app, "weft.toml"), read(&self.app, "weft.lock"));
        let ours = format!("oci://{}/platform", self.registry.address());
        self.app.write("weft.toml", &settings.replace(&ours, place));
        self.app.write("weft.lock", &lock.replace(&ours, place));
    }

    /// Does what the README says that somebody does, and returns what fails.
    fn tamper(&self, what: &str) -> (String, Finished) {
        let app = &self.app;
        let good = component(TENANT);
        let other = renamed(&good, "The tenant of a request", "The secret of a request");
        let signature_of = |key: &KeyPair, component: &[u8]| {
            let file = app.out("signed.wasm");
            std::fs::write(&file, component).unwrap();
            key.sign(&file)
        };
        match what {
            "puts another file into `weft-plugins/`" => {
                let name = format!("tenant-0.1.0-{}.wasm", &blake3::hash(&good).to_hex()[..8]);
                put(app, &format!("weft-plugins/{name}"), &other);
            }
            "has nobody sign it, and edits the lock" => self.lock(&other, None, ""),
            "says that it is signed, and it is not" => self.lock(&other, Some("platform"), ""),
            "takes the signature of another file" => {
                let signature = signature_of(&self.platform, &good);
                self.lock(&other, Some("platform"), &signature);
            }
            "pins a key of their own, or removes the policy" => {
                let own = KeyPair::new();
                self.lock(&other, Some("platform"), &signature_of(&own, &other));
                app.replace("weft.toml", &self.platform.public, &own.public);
                let (_, finished) = self.fails();
                for text in ["W0714", "image/policy.toml"] {
                    assert!(shows(&finished, text), "no {text} in {finished}");
                }
                let settings = read(app, "weft.toml");
                let (settings, _) = settings.split_once("[policy]").unwrap();
                app.write("weft.toml", settings);
            }
            "takes a plugin from elsewhere" => self.take_from("oci://ghcr.io/somebody"),
            "takes a plugin that asks for more" => {
                self.publish(&component("weft_plugin_hostile"), "weft-hostile");
                let settings = read(app, "weft.toml");
                let place = format!("oci://{}/platform/weft-hostile", self.registry.address());
                let more = format!(
                    "{settings}\n[plugins.hostile]\nsource = \"{place}\"\nsettings.attack = \"permission that nobody reads\"\n"
                );
                app.write("weft.toml", &more);
                return (
                    "weft plugin update".to_owned(),
                    self.update("hostile").fails(),
                );
            }
            "adds a plugin to `weft.toml` alone" => {
                let settings = read(app, "weft.toml");
                let more = "[plugins.other]\nsource = \"other.wasm\"\n";
                app.write("weft.toml", &format!("{settings}\n{more}"));
            }
            "sets `WEFT_PLUGINS` in the job" => {
                put(app, "other.wasm", &component("weft_plugin_probe"));
                let set = "env:\n  WEFT_PLUGINS: other.wasm\n";
                app.replace(".github/workflows/build.yml", "env:\n", set);
            }
            "builds without weft" => {
                app.replace(".github/workflows/build.yml", "weft go build", "go build");
            }
            "brings a program that was built elsewhere, with another plugin" => {
                let elsewhere = App::of(&[]);
                elsewhere.take("plugins/examples/locked-ci", "");
                std::fs::remove_file(elsewhere.directory().join("weft.toml")).unwrap();
                put(&elsewhere, "other.wasm", &other);
                let build = elsewhere.weft(["--plugin", "other.wasm", "go", "build", "-o"]);
                let out = app.out("elsewhere");
                build.args([&out]).args(["./cmd/shop"]).ok();
                let bring = format!("run: cp {} out/shop #", out.display());
                app.replace(".github/workflows/build.yml", "run: weft go build", &bring);
            }
            _ => panic!("nobody tries what the README says of who {what}"),
        }
        self.fails()
    }

    fn fails(&self) -> (String, Finished) {
        self.job().expect_err("the job notices")
    }
}

fn shows(finished: &Finished, text: &str) -> bool {
    finished.stdout.contains(text) || finished.stderr.contains(text)
}

/// The rows of the README's last table: who does something, the step that fails, and with what.
fn rows(readme: &str) -> Vec<[String; 3]> {
    let table = readme.split("| --- | --- | --- |\n").nth(1).unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let mut cells = row
            .trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned());
        std::array::from_fn(|_| cells.next().unwrap())
    })
    .collect()
}

#[test]
fn the_job_passes_until_somebody_tampers_and_then_says_with_what() {
    let project = Project::new();
    let app = &project.app;
    project
        .job()
        .map_err(|(step, finished)| format!("{step}: {finished}"))
        .unwrap();
    let woven = app.weft(["verify", "out/shop"]).ok().stdout;
    assert!(woven.contains("tenant 0.1.0"), "{woven}");

    let before = app.tree();
    let rows = rows(&read(app, "README.md"));
    assert!(rows.len() > 9, "{rows:?}");
    for [who, step, told] in rows {
        let (failed, finished) = project.tamper(&who);
        let step = step.trim_matches('`');
        assert!(
            failed.starts_with(step),
            "{who}: {failed} and not {step}\n{finished}"
        );
        let told = match told.find('W') {
            Some(at) => &told[at..at + 5],
            None => "plugin tenant",
        };
        assert!(shows(&finished, told), "{who}: no {told} in {finished}");
        assert!(
            [1, 2].contains(&finished.status.code().unwrap()),
            "{finished}"
        );
        for (path, content) in &before {
            if let Some(content) = content {
                std::fs::write(path, content).unwrap();
            }
        }
    }
    project
        .job()
        .map_err(|(step, finished)| format!("{step}: {finished}"))
        .unwrap();
}
