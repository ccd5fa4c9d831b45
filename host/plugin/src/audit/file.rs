//! The audit of one file.

use std::collections::BTreeSet;

use tree_sitter::{Node, Parser, Tree, TreeCursor};

use super::grant::{self, Grant, Permission};
use super::{Finding, initialiser, names};

/// A hook file without syntax errors.
#[derive(Debug)]
pub(super) struct HookFile<'a> {
    path: &'a str,
    text: &'a str,
    tree: Tree,
    imports: Vec<Import<'a>>,
}

/// An import as the rest of the file sees it.
#[derive(Debug)]
struct Import<'a> {
    name: &'a str,
    path: &'a str,
}

impl<'a> HookFile<'a> {
    /// Parses a file.
    ///
    /// # Errors
    ///
    /// A finding where it does not parse: what cannot be read is not let in.
    pub(super) fn parse(path: &'a str, text: &'a str) -> Result<Self, Box<Finding>> {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_go::LANGUAGE.into()).expect("the grammar fits the library");
        let tree = parser.parse(text, None).expect("parsing is neither cancelled nor timed out");
        let mut file = Self { path, text, tree, imports: Vec::new() };
        let root = file.tree.root_node();
        if root.has_error() {
            let at = descendants(root).find(|n| n.is_error() || n.is_missing()).unwrap_or(root);
            return Err(Box::new(file.finding(at.start_byte(), "has a syntax error".to_owned(), None)));
        }
        let imports: Vec<Import<'a>> = descendants(root)
            .filter(|node| node.kind() == "import_spec")
            .filter_map(|spec| {
                let path = file.import_path(spec)?;
                let name = spec.child_by_field_name("name");
                let name = name.map_or_else(|| names::guessed_package(path), |name| file.text_of(name));
                Some(Import { name, path })
            })
            .collect();
        file.imports = imports;
        Ok(file)
    }

    /// Names of the types that the file declares.
    pub(super) fn declared_types(&self) -> impl Iterator<Item = &'a str> {
        descendants(self.tree.root_node())
            .filter(|node| matches!(node.kind(), "type_spec" | "type_alias"))
            .filter_map(|node| node.child_by_field_name("name"))
            .map(|name| self.text_of(name))
    }

    /// Adds what the grant does not cover. `types` are those of the whole package.
    pub(super) fn audit(&self, grant: &Grant, types: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
        let mut audit = Audit { file: self, grant, types, findings };
        audit.characters();
        audit.file_name();
        for node in descendants(self.tree.root_node()) {
            audit.node(node);
        }
    }

    pub(super) fn text_of(&self, node: Node<'_>) -> &'a str {
        &self.text[node.byte_range()]
    }

    /// The import path that a file knows under a name.
    pub(super) fn import_named(&self, name: &str) -> Option<&'a str> {
        self.imports.iter().find(|import| import.name == name).map(|import| import.path)
    }

    /// The path of an import; None when it is written with escapes.
    fn import_path(&self, spec: Node<'_>) -> Option<&'a str> {
        let literal = self.text_of(spec.child_by_field_name("path")?);
        let path = literal.get(1..literal.len() - 1)?;
        (!path.contains('\\')).then_some(path)
    }

    fn finding(&self, at: usize, reason: String, permission: Option<&Permission>) -> Finding {
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let excerpt = self.text[line_start..].lines().next().unwrap_or_default();
        Finding {
            file: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: at - line_start + 1,
            // What moves text about must not do so in the report.
            excerpt: excerpt.chars().map(|c| if is_printable(c) { c } else { '\u{fffd}' }).collect(),
            reason,
            permission: permission.map(ToString::to_string),
        }
    }
}

/// The audit of one file, under way.
pub(super) struct Audit<'f, 'a> {
    pub(super) file: &'f HookFile<'a>,
    pub(super) grant: &'f Grant,
    pub(super) types: &'f BTreeSet<&'a str>,
    findings: &'f mut Vec<Finding>,
}

impl Audit<'_, '_> {
    /// Adds a finding unless the permission is granted.
    pub(super) fn require(&mut self, node: Node<'_>, permission: &Permission, reason: impl Into<String>) {
        if !self.grant.allows(permission) {
            self.report(node.start_byte(), reason, Some(permission));
        }
    }

    fn report(&mut self, at: usize, reason: impl Into<String>, permission: Option<&Permission>) {
        self.findings.push(self.file.finding(at, reason.into(), permission));
    }

    fn node(&mut self, node: Node<'_>) {
        match node.kind() {
            "import_spec" => self.import(node),
            "comment" => self.comment(node),
            "function_declaration" => self.function(node),
            "method_declaration" if node.child_by_field_name("body").is_none() => self.bodyless(node),
            "var_declaration" if node.parent().is_some_and(|parent| parent.kind() == "source_file") => {
                initialiser::audit(self, node);
            }
            "go_statement" => self.require(
                node,
                &Permission::Goroutine,
                "starts a goroutine, which outlives the hook and may keep the program from ending",
            ),
            "call_expression" => self.call(node),
            "selector_expression" => self.selector(node),
            "assignment_statement" => {
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
                if node.child_by_field_name("operator").is_some_and(|o| o.kind() == "&")
                    && let Some(operand) = node.child_by_field_name("operand")
                {
                    self.write(operand, "takes the address of");
                }
            }
            "range_clause" => {
                if let Some(left) = node.child_by_field_name("left") {
                    let mut cursor = left.walk();
                    for target in left.named_children(&mut cursor) {
                        self.write(target, "changes");
                    }
                }
            }
            _ => {}
        }
    }

    /// Look-alike letters and characters that reorder what a reader sees.
    fn characters(&mut self) {
        let hidden = self.file.text.char_indices().find(|&(_, c)| !is_printable(c));
        if let Some((at, c)) = hidden {
            self.report(at, format!("has the invisible character U+{:04X}", c as u32), None);
        }
        let foreign = descendants(self.file.tree.root_node()).find(|node| {
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
        if let Some(platform) = names::platform_suffix(self.file.path)
            && !self.grant.allows(&Permission::BuildConstraints)
        {
            self.report(
                0,
                format!("is built for {platform} only, by its name, and so hidden elsewhere"),
                Some(&Permission::BuildConstraints),
            );
        }
    }

    fn import(&mut self, spec: Node<'_>) {
        let Some(path) = self.file.import_path(spec) else {
            return self.report(spec.start_byte(), "imports a path that is written with escapes", None);
        };
        if path == "C" {
            return self.report(spec.start_byte(), "uses cgo, which runs code that no audit sees", None);
        }
        if spec.child_by_field_name("name").is_some_and(|name| name.kind() == "dot") {
            self.report(spec.start_byte(), format!("imports {path:?} with a dot, which hides its use"), None);
        }
        if !self.grant.allows_import(path) {
            let permission = match path {
                "unsafe" => Permission::Unsafe,
                _ => Permission::Import(path.to_owned()),
            };
            self.report(
                spec.start_byte(),
                format!("imports {path:?}, which is not among the packages that hooks may use by default"),
                Some(&permission),
            );
        }
    }

    fn comment(&mut self, comment: Node<'_>) {
        let text = self.file.text_of(comment);
        if text.starts_with("//line ") || text.starts_with("/*line ") {
            return self.report(comment.start_byte(), "changes the positions that the compiler reports", None);
        }
        let directive = text.strip_prefix("//go:").map(|rest| rest.split_whitespace().next().unwrap_or(""));
        let constraint = text
            .strip_prefix("//")
            .is_some_and(|rest| rest.trim_start().starts_with("+build"));
        match directive {
            _ if constraint => self.require(comment, &Permission::BuildConstraints, BUILD_CONSTRAINT),
            None | Some("noinline" | "generate") => {}
            Some("build") => self.require(comment, &Permission::BuildConstraints, BUILD_CONSTRAINT),
            Some("linkname") => self.require(
                comment,
                &Permission::Linkname,
                "links to another package's private function or variable",
            ),
            Some("embed") => {
                self.report(comment.start_byte(), "embeds a file; hook packages consist of Go files", None);
            }
            Some(name) if name.starts_with("cgo_") => {
                self.report(comment.start_byte(), "uses cgo, which runs code that no audit sees", None);
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
        let name = function.child_by_field_name("name").map(|name| self.file.text_of(name));
        if name == Some("init") {
            self.require(function, &Permission::Init, "runs code when the program starts");
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
        let callee = call.child_by_field_name("function").map(|function| self.file.text_of(function));
        if let Some(name @ ("print" | "println")) = callee {
            self.require(call, &Permission::Stdio, format!("writes to standard error with {name}"));
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
                "selector_expression" | "index_expression" | "slice_expression" | "unary_expression" => {
                    place.child_by_field_name("operand")
                }
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
        let operand = selector.child_by_field_name("operand").filter(|o| o.kind() == "identifier")?;
        let path = self.file.import_named(self.file.text_of(operand))?;
        Some((path, self.file.text_of(selector.child_by_field_name("field")?)))
    }
}

const BUILD_CONSTRAINT: &str = "has a build constraint, and so is hidden where the constraint is not met";

/// Tabs and line ends are; other controls, and what changes direction or takes no room, are not.
fn is_printable(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        // Soft hyphen, Arabic letter mark, Mongolian separator, zero-width and bidirectional controls,
        // invisible operators, byte-order mark, tags, variation selectors' supplement.
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}' => false,
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
