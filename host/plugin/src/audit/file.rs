//! The audit of one file.

use std::collections::BTreeSet;

use tree_sitter::{Node, TreeCursor};
use weft_weave::syntax::{GuessedNames, Import, SourceFile};

use super::grant::{self, Grant, Permission};
use super::{Finding, initialiser, platform};

/// A hook file without syntax errors.
#[derive(Debug)]
pub(super) struct HookFile {
    source: SourceFile,
    imports: Vec<Import>,
}

impl HookFile {
    /// Parses a file.
    ///
    /// # Errors
    ///
    /// A finding where it does not parse: what cannot be read is not let in.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, Box<Finding>> {
        let source = SourceFile::parse(path, text);
        let error = source.errors().first().map(|error| error.start);
        let file = Self {
            imports: source.imports(),
            source,
        };
        match error {
            Some(at) => Err(Box::new(file.finding(
                at,
                "has a syntax error".to_owned(),
                None,
            ))),
            None => Ok(file),
        }
    }

    /// Adds the names that the file declares to those of its package.
    pub(super) fn declare<'a>(&'a self, names: &mut PackageNames<'a>) {
        for node in descendants(self.source.root()) {
            let declared = match node.kind() {
                "type_spec" | "type_alias" => &mut names.types,
                "function_declaration" => &mut names.functions,
                _ => continue,
            };
            if let Some(name) = node.child_by_field_name("name") {
                declared.insert(self.text_of(name));
            }
        }
    }

    /// Adds what the grant does not cover. `names` are those of the whole package.
    pub(super) fn audit(
        &self,
        grant: &Grant,
        names: &PackageNames<'_>,
        findings: &mut Vec<Finding>,
    ) {
        let mut audit = Audit {
            file: self,
            names,
            grant,
            findings,
        };
        audit.characters();
        audit.file_name();
        audit.imports();
        for node in descendants(self.source.root()) {
            audit.node(node);
        }
    }

    pub(super) fn text_of(&self, node: Node<'_>) -> &str {
        self.source.text_of(node)
    }

    /// The import path that the file knows under a name.
    fn import_named(&self, name: &str) -> Option<&str> {
        let named = |import: &&Import| import.local_name(&GuessedNames).as_deref() == Some(name);
        self.imports
            .iter()
            .find(named)
            .map(|import| import.path.as_str())
    }

    fn finding(&self, at: usize, reason: String, permission: Option<&Permission>) -> Finding {
        let text = &self.source.text;
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let excerpt = text[line_start..].lines().next().unwrap_or_default();
        Finding {
            file: self.source.name.clone(),
            line: self.source.line_of(at),
            column: at - line_start + 1,
            // What moves text about must not do so in the report.
            excerpt: excerpt
                .chars()
                .map(|c| if is_printable(c) { c } else { '\u{fffd}' })
                .collect(),
            reason,
            permission: permission.map(ToString::to_string),
        }
    }
}

/// What the files of a hook package declare.
#[derive(Debug, Default)]
pub(super) struct PackageNames<'a> {
    pub(super) types: BTreeSet<&'a str>,
    pub(super) functions: BTreeSet<&'a str>,
}

/// The audit of one file, under way.
pub(super) struct Audit<'a> {
    pub(super) file: &'a HookFile,
    pub(super) names: &'a PackageNames<'a>,
    grant: &'a Grant,
    findings: &'a mut Vec<Finding>,
}

impl Audit<'_> {
    /// Adds a finding unless the permission is granted.
    pub(super) fn require(
        &mut self,
        node: Node<'_>,
        permission: &Permission,
        reason: impl Into<String>,
    ) {
        if !self.grant.allows(permission) {
            self.report(node.start_byte(), reason, Some(permission));
        }
    }

    fn report(&mut self, at: usize, reason: impl Into<String>, permission: Option<&Permission>) {
        self.findings
            .push(self.file.finding(at, reason.into(), permission));
    }

    fn node(&mut self, node: Node<'_>) {
        match node.kind() {
            "comment" => self.comment(node),
            "function_declaration" => self.function(node),
            "method_declaration" if node.child_by_field_name("body").is_none() => {
                self.bodyless(node);
            }
            "var_declaration"
                if node
                    .parent()
                    .is_some_and(|parent| parent.kind() == "source_file") =>
            {
                initialiser::audit(self, node);
            }
            "go_statement" => self.require(
                node,
                &Permission::Goroutine,
                "starts a goroutine, which outlives the hook and may keep the program from ending",
            ),
            "call_expression" => self.call(node),
            "selector_expression" => self.selector(node),
            "assignment_statement" | "range_clause" | "receive_statement" => {
                if let Some(left) = node.child_by_field_name("left") {
                    let mut cursor = left.walk();
                    for target in left.named_children(&mut cursor) {
                        self.write(target, "changes");
                    }
                }
            }
            "inc_statement" | "dec_statement" => {
                if let Some(target) = node.named_child(0) {
                    self.write(target, "changes");
                }
            }
            "unary_expression" => {
                if node
                    .child_by_field_name("operator")
                    .is_some_and(|o| o.kind() == "&")
                    && let Some(operand) = node.child_by_field_name("operand")
                {
                    self.write(operand, "takes the address of");
                }
            }
            _ => {}
        }
    }

    /// Look-alike letters and characters that reorder what a reader sees.
    fn characters(&mut self) {
        let hidden = self
            .file
            .source
            .text
            .char_indices()
            .find(|&(_, c)| !is_printable(c));
        if let Some((at, c)) = hidden {
            self.report(
                at,
                format!("has the invisible character U+{:04X}", c as u32),
                None,
            );
        }
        let foreign = descendants(self.file.source.root()).find(|node| {
            node.kind().ends_with("identifier") && !self.file.text_of(*node).is_ascii()
        });
        if let Some(node) = foreign {
            self.report(
                node.start_byte(),
                "has a name with letters beyond ASCII, which can look like another name",
                None,
            );
        }
    }

    fn file_name(&mut self) {
        if let Some(platform) = platform::suffix(&self.file.source.name)
            && !self.grant.allows(&Permission::BuildConstraints)
        {
            self.report(
                0,
                format!("is built for {platform} only, by its name, and so hidden elsewhere"),
                Some(&Permission::BuildConstraints),
            );
        }
    }

    fn imports(&mut self) {
        for import in &self.file.imports {
            self.import(import);
        }
    }

    fn import(&mut self, import: &Import) {
        let Import {
            alias,
            path,
            literal,
            ..
        } = import;
        let at = literal.start;
        if path.contains('\\') {
            return self.report(at, "imports a path that is written with escapes", None);
        }
        if path == "C" {
            return self.report(at, "uses cgo, which runs code that no audit sees", None);
        }
        if alias.as_deref() == Some(".") {
            self.report(
                at,
                format!("imports {path:?} with a dot, which hides its use"),
                None,
            );
        }
        if grant::is_for_tests(path) {
            return self.report(
                at,
                format!("imports {path:?}, which is for tests and not in woven programs"),
                None,
            );
        }
        if !self.grant.allows_import(path) {
            let permission = match path.as_str() {
                "unsafe" => Permission::Unsafe,
                _ => Permission::Import(path.clone()),
            };
            self.report(
                at,
                format!("imports {path:?}, which is not among the packages that hooks may use by default"),
                Some(&permission),
            );
        }
    }

    fn comment(&mut self, comment: Node<'_>) {
        let text = self.file.text_of(comment);
        if text.starts_with("//line ") || text.starts_with("/*line ") {
            return self.report(
                comment.start_byte(),
                "changes the positions that the compiler reports",
                None,
            );
        }
        let directive = text
            .strip_prefix("//go:")
            .map(|rest| rest.split_whitespace().next().unwrap_or(""));
        let constraint = text
            .strip_prefix("//")
            .is_some_and(|rest| rest.trim_start().starts_with("+build"));
        match directive {
            _ if constraint => {
                self.require(comment, &Permission::BuildConstraints, BUILD_CONSTRAINT);
            }
            None | Some("noinline" | "generate") => {}
            Some("build") => self.require(comment, &Permission::BuildConstraints, BUILD_CONSTRAINT),
            Some("linkname") => self.require(
                comment,
                &Permission::Linkname,
                "links to another package's private function or variable",
            ),
            Some("embed") => {
                self.report(
                    comment.start_byte(),
                    "embeds a file; hook packages consist of Go files",
                    None,
                );
            }
            Some(name) if name.starts_with("cgo_") => {
                self.report(
                    comment.start_byte(),
                    "uses cgo, which runs code that no audit sees",
                    None,
                );
            }
            Some(name) => self.require(
                comment,
                &Permission::Directive(name.to_owned()),
                format!("has the compiler directive `{name}`"),
            ),
        }
    }

    fn function(&mut self, function: Node<'_>) {
        if function.child_by_field_name("body").is_none() {
            return self.bodyless(function);
        }
        let name = function
            .child_by_field_name("name")
            .map(|name| self.file.text_of(name));
        if name == Some("init") {
            self.require(
                function,
                &Permission::Init,
                "runs code when the program starts",
            );
        }
    }

    fn bodyless(&mut self, function: Node<'_>) {
        self.require(
            function,
            &Permission::Linkname,
            "declares a function without body, which is defined where the audit does not see it",
        );
    }

    fn call(&mut self, call: Node<'_>) {
        let callee = call
            .child_by_field_name("function")
            .map(|function| self.file.text_of(function));
        if let Some(name @ ("print" | "println")) = callee {
            self.require(
                call,
                &Permission::Stdio,
                format!("writes to standard error with {name}"),
            );
        }
    }

    /// Any use of a restricted function, also as a value.
    fn selector(&mut self, selector: Node<'_>) {
        let Some((path, name)) = self.package_member(selector) else {
            return;
        };
        if let Some(permission) = grant::restriction(path, name) {
            let what = match permission {
                Permission::Stdio => "uses the program's standard streams",
                _ => "starts a goroutine",
            };
            self.require(selector, permission, format!("{what} with {path}.{name}"));
        }
    }

    /// The target of an assignment, or what an address is taken of.
    fn write(&mut self, target: Node<'_>, verb: &str) {
        let mut place = target;
        loop {
            if place.kind() == "selector_expression"
                && let Some((path, name)) = self.package_member(place)
            {
                if !self.grant.allows_write(path) {
                    let permission = Permission::Write(path.to_owned());
                    self.report(
                        target.start_byte(),
                        format!("{verb} {path}.{name}, which belongs to another package"),
                        Some(&permission),
                    );
                }
                return;
            }
            let inner = match place.kind() {
                "selector_expression"
                | "index_expression"
                | "slice_expression"
                | "unary_expression" => place.child_by_field_name("operand"),
                "parenthesized_expression" | "expression_list" => place.named_child(0),
                _ => None,
            };
            match inner {
                Some(inner) => place = inner,
                None => return,
            }
        }
    }

    /// Import path and name of `pkg.Name`. A variable that shadows the package is taken for it, which
    /// errs on the safe side.
    pub(super) fn package_member(&self, selector: Node<'_>) -> Option<(&str, &str)> {
        let operand = selector
            .child_by_field_name("operand")
            .filter(|o| o.kind() == "identifier")?;
        let path = self.file.import_named(self.file.text_of(operand))?;
        Some((
            path,
            self.file.text_of(selector.child_by_field_name("field")?),
        ))
    }
}

const BUILD_CONSTRAINT: &str =
    "has a build constraint, and so is hidden where the constraint is not met";

/// Tabs and line ends are; other controls, and what changes direction or takes no room, are not.
fn is_printable(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        // Soft hyphen, Arabic letter mark, Mongolian separator, zero-width and bidirectional controls,
        // invisible operators, byte-order mark, tags, variation selectors' supplement.
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}' => false,
        _ => !c.is_control(),
    }
}

/// All nodes below a node, itself included, in the order of the text.
pub(super) fn descendants(root: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut cursor: TreeCursor<'_> = root.walk();
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let node = cursor.node();
        if !cursor.goto_first_child() {
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    done = true;
                    break;
                }
            }
        }
        Some(node)
    })
}
