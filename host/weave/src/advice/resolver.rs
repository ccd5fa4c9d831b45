//! Collects what advice amounts to, file by file.

use std::collections::{BTreeMap, BTreeSet};

use super::hook::Connected;
use super::wrapper::Wrapper;
use super::{AdviceError, Fault, PluginAdvice, Resolved, WovenPoint};
use crate::model::{JoinPoint, JoinPointKind};
use crate::plan::{
    CallPlan, FilePlan, FunctionPlan, HookKind, HookPlan, ImportPlan, PackagePlan, Socket,
};
use crate::plug::{Plug, PlugHome, PlugKind};
use crate::syntax::{
    Declaration, Names as _, PackageSyntax, ParsedFile, line, why_not_weavable, words,
};

/// Hexadecimal digits of a hook's id: enough that thousands of hooks in one program do not meet.
const ID_DIGITS: usize = 12;

pub(super) type Outcome<T> = Result<T, (String, Fault)>;

pub(super) struct Resolver<'a> {
    pub syntax: &'a PackageSyntax,
    files: BTreeMap<String, FileBuilder>,
    ids: BTreeSet<String>,
    plugs: Vec<Plug>,
    points: Vec<WovenPoint>,
    errors: Vec<AdviceError>,
}

/// A file's plan in the making.
#[derive(Default)]
pub(super) struct FileBuilder {
    /// By where they begin.
    functions: BTreeMap<usize, (FunctionPlan, Vec<OrderedHook>)>,
    /// By import path and name of the function called.
    pub calls: BTreeMap<(String, String), Wrapper>,
    pub imports: Vec<ImportPlan>,
    pub declarations: Vec<String>,
    pub sockets: Vec<Socket>,
}

/// Sorts hooks: by order, plugin name, and place in the plugin's advice.
pub(super) type OrderOfHook = (i32, String, usize);

pub(super) type OrderedHook = (OrderOfHook, HookPlan);

/// A function among the join points.
pub(super) struct Target<'a> {
    pub file: &'a ParsedFile,
    pub function: Declaration<'a>,
    pub place: String,
}

impl<'a> Resolver<'a> {
    pub fn new(syntax: &'a PackageSyntax) -> Self {
        Self {
            syntax,
            files: BTreeMap::new(),
            ids: BTreeSet::new(),
            plugs: Vec::new(),
            points: Vec::new(),
            errors: Vec::new(),
        }
    }

    pub fn refuse(&mut self, plugin: &str, place: &str, fault: Fault) {
        self.errors.push(AdviceError {
            plugin: plugin.to_owned(),
            import_path: self.syntax.import_path.clone(),
            place: place.to_owned(),
            message: fault.message,
            help: fault.help,
        });
    }

    pub fn finish(self) -> Result<Resolved, Vec<AdviceError>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let mut plan = PackagePlan::new(&self.syntax.import_path, &self.syntax.name);
        for (name, mut builder) in self.files {
            let mut calls = Vec::new();
            for ((import_path, name), mut wrapper) in builder.calls {
                wrapper.hooks.sort_by(|(a, _), (b, _)| a.cmp(b));
                builder.declarations.push(wrapper.declaration());
                calls.push(CallPlan {
                    package_name: self.syntax.package_name(&import_path),
                    import_path,
                    name,
                    in_place: wrapper.in_place(),
                });
            }
            let functions = builder
                .functions
                .into_values()
                .map(|(mut function, mut hooks)| {
                    hooks.sort_by(|(a, _), (b, _)| a.cmp(b));
                    function.hooks = hooks.into_iter().map(|(_, hook)| hook).collect();
                    function
                });
            let functions = functions.collect();
            let socket_imports =
                socket_imports(self.syntax, &name, &builder.imports, &builder.sockets);
            plan.files.push(FilePlan {
                file: name,
                functions,
                calls,
                imports: builder.imports,
                declarations: builder.declarations,
                sockets: builder.sockets,
                socket_imports,
            });
        }
        Ok(Resolved {
            plan,
            plugs: self.plugs,
            points: self.points,
        })
    }

    /// The join point of an index.
    pub fn join_point<'p>(plugin: &'p PluginAdvice<'_>, index: u32) -> Outcome<&'p JoinPoint> {
        let points = &plugin.package.join_points;
        points.get(index as usize).ok_or_else(|| {
            let fault = Fault::new(format!(
                "advice names join point {index}, and there are {} of them",
                points.len()
            ));
            (String::new(), fault)
        })
    }

    /// The function of a join point.
    pub fn target(&self, plugin: &PluginAdvice<'_>, index: u32) -> Outcome<Target<'a>> {
        let point = Self::join_point(plugin, index)?;
        let place = place(point);
        let JoinPointKind::Function(described) = &point.kind else {
            let fault = Fault::new(format!(
                "join point {index} is not a function but a use of one"
            ))
            .help("hook it instead");
            return Err((place, fault));
        };
        let found = self.syntax.parsed_file(&point.file).and_then(|file| {
            let functions = file.source.functions();
            let function = functions
                .into_iter()
                .find(|f| f.name() == described.name && line(f.node) == point.line)?;
            Some((file, function))
        });
        let Some((file, function)) = found else {
            return Err((
                place,
                Fault::new(format!("there is no function {} here", described.name)),
            ));
        };
        if let Some(reason) = why_not_weavable(&function) {
            return Err((place, Fault::new(format!("{} {reason}", function.title()))));
        }
        self.check_names(file)
            .map_err(|fault| (place.clone(), fault))?;
        Ok(Target {
            file,
            function,
            place,
        })
    }

    /// Woven text says `nil` and `weft_…`; both must mean what it means by them.
    pub fn check_names(&self, file: &ParsedFile) -> Result<(), Fault> {
        if self.syntax.is_declared("nil") || file.local.contains_key("nil") {
            return Err(Fault::new(
                "the package declares nil, so weaving would change its meaning",
            ));
        }
        if let Some(name) = file.source.identifier_with_prefix("weft_") {
            return Err(Fault::new(format!(
                "the file uses the name {name}, which weaving reserves"
            ))
            .help("was this file woven already?"));
        }
        Ok(())
    }

    pub fn file(&mut self, file: &ParsedFile) -> &mut FileBuilder {
        self.files.entry(file.source.name.clone()).or_default()
    }

    /// The id of a hook, from what makes it what it is. None when there is one of this id already.
    pub fn id(&mut self, parts: &[&str]) -> Option<String> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(self.syntax.import_path.len() as u64).to_le_bytes());
        hasher.update(self.syntax.import_path.as_bytes());
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let id = hasher.finalize().to_hex()[..ID_DIGITS].to_owned();
        self.ids.insert(id.clone()).then_some(id)
    }

    /// Adds a hook to its function, with its plug.
    pub fn add_hook(&mut self, target: &Target<'_>, order: OrderOfHook, connected: Connected) {
        let function = target.function;
        let builder = self.file(target.file);
        builder.sockets.extend(connected.sockets);
        let (_, hooks) = builder
            .functions
            .entry(function.node.start_byte())
            .or_insert_with(|| {
                let plan = FunctionPlan {
                    receiver: function.receiver_type(),
                    name: function.name().to_owned(),
                    signature: function.signature(),
                    hooks: Vec::new(),
                };
                (plan, Vec::new())
            });
        hooks.push((order, connected.hook));
        self.plugs.push(connected.plug);
    }

    /// Adds a hook to the wrapper of a function that the file uses, with its plug.
    pub fn add_call_hook(
        &mut self,
        file: &ParsedFile,
        function: &(String, String),
        order: OrderOfHook,
        connected: Connected,
    ) {
        let builder = self.file(file);
        builder.sockets.extend(connected.sockets);
        if let Some(wrapper) = builder.calls.get_mut(function) {
            wrapper.hooks.push((order, connected.hook));
        }
        self.plugs.push(connected.plug);
    }

    pub fn add_point(&mut self, plugin: &str, point: &JoinPoint, action: String) {
        self.points.push(WovenPoint {
            plugin: plugin.to_owned(),
            file: point.file.clone(),
            line: point.line,
            target: point.title(),
            action,
        });
    }

    /// Marks a goroutine's entry. What several plugins mark is marked once.
    pub fn detach(&mut self, plugin: &PluginAdvice<'_>, n: usize, join_point: u32) -> Outcome<()> {
        let target = self.target(plugin, join_point)?;
        let receiver = target.function.receiver_type().unwrap_or_default();
        let point = Self::join_point(plugin, join_point)?;
        self.add_point(plugin.plugin, point, "detach".to_owned());
        let Some(id) = self.id(&["detach", &receiver, target.function.name()]) else {
            return Ok(());
        };
        let sockets = vec![Socket {
            variable: format!("weft_{id}_d"),
            go_type: "func()".to_owned(),
        }];
        let hook = HookPlan {
            id: id.clone(),
            kind: HookKind::Detach,
            ..HookPlan::default()
        };
        let plug = Plug {
            home: PlugHome::Detach,
            id,
            kind: PlugKind::Detach,
        };
        // Before all hooks: they would see the span that the goroutine does not belong to.
        let order = (i32::MIN, String::new(), n);
        let connected = Connected {
            hook,
            sockets,
            plug,
        };
        self.add_hook(&target, order, connected);
        Ok(())
    }
}

/// Of a file's own imports and those added to it, what the types of its sockets need, under the same names.
fn socket_imports(
    syntax: &PackageSyntax,
    file: &str,
    added: &[ImportPlan],
    sockets: &[Socket],
) -> Vec<ImportPlan> {
    let own = syntax
        .parsed_file(file)
        .into_iter()
        .flat_map(|file| &file.local);
    let own = own.map(|(alias, path)| ImportPlan {
        alias: alias.clone(),
        path: path.clone(),
    });
    let mut out = own.chain(added.iter().cloned()).collect::<Vec<_>>();
    out.retain(|import| {
        let mut types = sockets.iter().map(|socket| &socket.go_type);
        types.any(|go_type| names_package(go_type, &import.alias))
    });
    out.sort_by(|a, b| a.alias.cmp(&b.alias));
    out
}

/// True when a type is, or holds, one of the package that goes by this name.
fn names_package(go_type: &str, name: &str) -> bool {
    words(go_type, name).any(|at| {
        let rest = &go_type[at + name.len()..];
        rest.starts_with('.') && !rest.starts_with("...")
    })
}

/// `file.go:12: `, as in an error's text.
pub(super) fn place(point: &JoinPoint) -> String {
    format!("{}:{}: ", point.file, point.line)
}
