//! Weaves a file's plan into its text.

mod edit;
mod prologue;

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::model::title;
use crate::plan::{FilePlan, FunctionPlan, symbol};
use crate::syntax::{Declaration, Lines, SourceFile, children, why_not_weavable};
use edit::Edits;

/// Why a file cannot be woven. The compile step fails with it: the plan promised what the file does
/// not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeaveError {
    /// The file does not parse where an edit would go, declares a function twice, or has a mistake that an
    /// edit would hide. The compiler should see the original and report the error in its own words.
    #[error("{file}:{line}: syntax error")]
    Syntax {
        /// Name of the file.
        file: String,
        /// 1-based line of the text.
        line: u32,
    },
    /// A planned function or call is not in the file.
    #[error("{file}: no {target} to weave")]
    Missing {
        /// Name of the file.
        file: String,
        /// The function or call.
        target: String,
    },
    /// A planned function cannot be woven.
    #[error("{file}: {function} {reason}")]
    Unweavable {
        /// Name of the file.
        file: String,
        /// The function.
        function: String,
        /// Why, as the end of the sentence.
        reason: String,
    },
    /// A function's signature is not the planned one.
    #[error("{file}: {function} is `{found}`, not `{planned}` as planned")]
    Signature {
        /// Name of the file.
        file: String,
        /// The function.
        function: String,
        /// Its signature in the text.
        found: String,
        /// Its signature in the plan.
        planned: String,
    },
    /// The woven text would not parse.
    #[error("{file}:{line}: woven text has a syntax error: {excerpt}")]
    Broken {
        /// Name of the file.
        file: String,
        /// 1-based line of the woven text.
        line: u32,
        /// The line.
        excerpt: String,
    },
}

/// A woven file, and the file of the sockets that it uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Woven {
    /// The file's text.
    pub text: String,
    /// A file of the same package that declares sockets; empty without any. The compiler must get it before
    /// all others: functions that use a variable keep those who call them waiting for it, and what else a
    /// package initialises in the meantime would change places
    /// (<https://go.dev/ref/spec#Package_initialization>). Those that are declared first are ready first.
    pub sockets: String,
    /// Whether line directives name files by relative paths. Since Go 1.27 the compiler takes these as beside
    /// the file that it reads (`updateBase` of `cmd/compile/internal/syntax`).
    pub names_relative_files: bool,
}

/// Weaves `plan` into `text`, which is the planned file or what `cmd/cover` or `cmd/cgo` made of it.
/// Positions in the result are reported as in `text`, under the name `line_name` unless `text` begins
/// with a `//line` directive of its own. What is added stands on existing lines, on one line before the
/// first and behind the last; where a function's body begins on a line that gets too long for the
/// compiler's columns, the body goes on a new one that a directive gives the old number.
pub fn weave_file(plan: &FilePlan, text: &str, line_name: &str) -> Result<Woven, WeaveError> {
    let source = SourceFile::parse(line_name, text);
    let lines = Lines::of(&source);
    let mut edits = Edits::default();
    let mut declarations = plan.declarations.clone();
    let mut functions = HashMap::new();
    for function in source.functions() {
        functions
            .entry(function.title())
            .or_insert_with(Vec::new)
            .push(function);
    }
    for function in &plan.functions {
        edit_function(&source, &functions, function, &mut edits, &mut declarations)?;
    }
    for call in &plan.calls {
        let names = HashMap::from([(call.import_path.clone(), call.package_name.clone())]);
        let references =
            source.references(&source.imports(), &names, &call.import_path, &call.name);
        if references.is_empty() {
            return Err(missing(
                &source,
                format!("use of {}.{}", call.import_path, call.name),
            ));
        }
        for reference in references {
            if let Some(error) = source.error_in(&reference.byte_range()) {
                return Err(syntax_error(&source, error.start));
            }
            edits.replace(reference.byte_range(), call.in_place.clone());
        }
    }
    edit_imports(&source, plan, &mut edits)?;
    // What is appended would be read as the rest of what is unfinished there.
    let appended = !declarations.is_empty();
    if let Some(error) = source.error_in(&(source.last_declaration_end()..text.len()))
        && appended
    {
        return Err(syntax_error(&source, error.start));
    }
    let woven = format!(
        "{}{}",
        edits.apply(text, &lines).trim_start_matches('\u{feff}'),
        tail(&declarations, text)
    );
    check(&source, &woven)?;
    Ok(Woven {
        text: first_line(text, line_name) + &woven,
        sockets: sockets(plan, &source, line_name),
        names_relative_files: lines.names_relative_files(),
    })
}

fn edit_function(
    source: &SourceFile,
    functions: &HashMap<String, Vec<Declaration<'_>>>,
    plan: &FunctionPlan,
    edits: &mut Edits,
    declarations: &mut Vec<String>,
) -> Result<(), WeaveError> {
    let name = title(plan.receiver.as_deref(), &plan.name);
    let function = match functions.get(&name).map(Vec::as_slice) {
        Some([function]) => function,
        Some([_, second, ..]) => return Err(syntax_error(source, second.node.start_byte())),
        _ => return Err(missing(source, name)),
    };
    let header = prologue::header(function);
    if let Some(error) = source.error_in(&(header.start..function.node.end_byte())) {
        return Err(syntax_error(source, error.start));
    }
    if let Some(reason) = why_not_weavable(function) {
        return Err(WeaveError::Unweavable {
            file: source.name.clone(),
            function: name,
            reason,
        });
    }
    let found = function.signature();
    if found != plan.signature {
        return Err(WeaveError::Signature {
            file: source.name.clone(),
            function: name,
            found,
            planned: plan.signature.clone(),
        });
    }
    if let Some(at) = empty_return(function) {
        return Err(syntax_error(source, at));
    }
    let names = prologue::Names::give(function, &plan.hooks, edits);
    if !names.fit(&plan.hooks) {
        return Err(WeaveError::Unweavable {
            file: source.name.clone(),
            function: name,
            reason: "has fewer parameters or results than the plan uses".to_owned(),
        });
    }
    edits.insert(
        header.end,
        prologue::prologue(&plan.hooks, &names, declarations),
    );
    Ok(())
}

/// A `return` without the values that unnamed results want. Named, they would make it right, and the
/// compiler would let the mistake pass.
fn empty_return(function: &Declaration<'_>) -> Option<usize> {
    if function.results().is_empty()
        || function
            .results()
            .iter()
            .any(|result| result.name.is_some())
    {
        return None;
    }
    let mut open = vec![function.body()?];
    while let Some(node) = open.pop() {
        match node.kind() {
            "return_statement" if children(node).is_empty() => return Some(node.start_byte()),
            "func_literal" => {}
            _ => open.extend(children(node)),
        }
    }
    None
}

/// Imports of appended declarations go behind the package clause.
fn edit_imports(source: &SourceFile, plan: &FilePlan, edits: &mut Edits) -> Result<(), WeaveError> {
    if plan.imports.is_empty() {
        return Ok(());
    }
    let Some(clause) = source.package_clause() else {
        return Err(syntax_error(source, 0));
    };
    if let Some(error) = source.error_in(&clause.byte_range()) {
        return Err(syntax_error(source, error.start));
    }
    let mut added = String::new();
    for import in &plan.imports {
        added.extend(["; import ", &import.alias, " \"", &import.path, "\""]);
    }
    edits.insert(clause.end_byte(), added);
    Ok(())
}

/// A line of its own whose directive gives the next the number 1. A byte order mark is the compiler's
/// only before all else, and then hides the directive from it: it is left out and counted as columns.
fn first_line(text: &str, line_name: &str) -> String {
    let bare = text.trim_start_matches('\u{feff}');
    if bare.starts_with("//line ") {
        return String::new();
    }
    let column = text.len() - bare.len() + 1;
    format!("//line {line_name}:1:{column}\n")
}

fn tail(declarations: &[String], text: &str) -> String {
    let mut out = String::new();
    if !declarations.is_empty() && !text.ends_with('\n') {
        out.push('\n');
    }
    for declaration in declarations {
        out.push_str(declaration);
        out.push('\n');
    }
    out
}

/// The file of the sockets. They need `import _ "unsafe"`, which `//go:linkname` asks for.
fn sockets(plan: &FilePlan, source: &SourceFile, line_name: &str) -> String {
    if plan.sockets.is_empty() {
        return String::new();
    }
    let package = source.package_name().unwrap_or_default();
    let mut out = format!("//line {line_name}:1:1\npackage {package}\n\nimport _ \"unsafe\"\n");
    for import in &plan.socket_imports {
        out.extend(["import ", &import.alias, " \"", &import.path, "\"\n"]);
    }
    for socket in &plan.sockets {
        let variable = &socket.variable;
        let written = write!(
            out,
            "\n//go:linkname {variable} {}\nvar {variable} {}\n",
            symbol(variable),
            socket.go_type
        );
        written.expect("writing to a string does not fail");
    }
    out
}

/// A woven text must parse at least as well as the original.
fn check(source: &SourceFile, woven: &str) -> Result<(), WeaveError> {
    let parsed = SourceFile::parse(&source.name, woven);
    if parsed.errors().len() <= source.errors().len() {
        // An error next to an edit can be read in another way than it was.
        let titles = |file: &SourceFile| -> Vec<String> {
            file.functions().iter().map(Declaration::title).collect()
        };
        return match source.errors().first() {
            Some(error) if !titles(&parsed).starts_with(&titles(source)) => {
                Err(syntax_error(source, error.start))
            }
            _ => Ok(()),
        };
    }
    let at = parsed.errors()[0].start;
    let line = parsed.line_of(at);
    Err(WeaveError::Broken {
        file: source.name.clone(),
        line,
        excerpt: woven
            .lines()
            .nth(line as usize - 1)
            .unwrap_or_default()
            .to_owned(),
    })
}

fn missing(source: &SourceFile, target: String) -> WeaveError {
    match source.errors().first() {
        Some(error) => syntax_error(source, error.start),
        None => WeaveError::Missing {
            file: source.name.clone(),
            target,
        },
    }
}

fn syntax_error(source: &SourceFile, at: usize) -> WeaveError {
    WeaveError::Syntax {
        file: source.name.clone(),
        line: source.line_of(at),
    }
}
