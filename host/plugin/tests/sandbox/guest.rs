//! Small guests in WebAssembly text. Answers are laid out in memory as the component model's canonical
//! ABI wants them, so that a guest is a few constants and needs no compiler.

use std::fmt::Write as _;

use weft_plugin_host::{Config, Engine, Limits};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

/// An engine without cache.
pub fn engine(limits: Limits) -> Engine {
    Engine::new(Config {
        cache: None,
        host_version: "0.1.0".to_owned(),
        host_build: "test".to_owned(),
        limits,
    })
}

/// A guest: function bodies that give the address of an answer, and the memory they find.
pub struct Guest {
    pub describe: String,
    pub advise: String,
    /// Other fields of the module.
    pub module: String,
    pub pages: u32,
    pub memory: Memory,
}

impl Guest {
    /// Describes itself properly and advises nothing.
    pub fn good() -> Self {
        let mut memory = Memory::new();
        let descriptor = memory.descriptor("good", &[]);
        let no_advice = memory.words(&[0, 0, 0]);
        Self {
            describe: format!("(i32.const {descriptor})"),
            advise: format!("(i32.const {no_advice})"),
            module: String::new(),
            pages: 2,
            memory,
        }
    }

    pub fn component(&self) -> Vec<u8> {
        let data: String = self
            .memory
            .bytes
            .iter()
            .fold(String::new(), |mut text, byte| {
                write!(text, "\\{byte:02x}").unwrap();
                text
            });
        let Self {
            describe,
            advise,
            module,
            pages,
            ..
        } = self;
        component(&format!(
            r#"(module
                (import "weft:plugin/log@0.1.0" "debug" (func $debug (param i32 i32)))
                (memory (export "memory") {pages})
                (global $calls (mut i32) (i32.const 0))
                (data (i32.const {BASE}) "{data}")
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536))
                (func $describe (export "describe") (param i32 i32 i32 i32 i32 i32) (result i32) {describe})
                (func $advise (export "advise") (param i32) (result i32) {advise})
                {module})"#
        ))
    }
}

/// Makes a core module, given as text, a component of the contract.
pub fn component(module: &str) -> Vec<u8> {
    let mut module = wat::parse_str(module).unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let wit = concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit");
    let (package, _) = resolve.push_path(wit).unwrap();
    let world = resolve.select_world(&[package], Some("plugin")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default()
        .module(&module)
        .unwrap()
        .validate(true)
        .encode()
        .unwrap()
}

/// Where a guest's constants begin.
const BASE: u32 = 1024;

/// A guest's constants.
pub struct Memory {
    bytes: Vec<u8>,
}

impl Memory {
    fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// Puts words, and gives their address.
    pub fn words(&mut self, words: &[u32]) -> u32 {
        while !self.bytes.len().is_multiple_of(8) {
            self.bytes.push(0);
        }
        let address = self.address();
        self.bytes
            .extend(words.iter().flat_map(|word| word.to_le_bytes()));
        address
    }

    /// Puts a string, and gives its address and length.
    pub fn text(&mut self, text: impl AsRef<[u8]>) -> [u32; 2] {
        let address = self.address();
        self.bytes.extend(text.as_ref());
        [address, u32::try_from(text.as_ref().len()).unwrap()]
    }

    /// Puts `ok(descriptor)` with one interest in `net/http`.
    pub fn descriptor(&mut self, name: &str, hook_files: &[(&str, &str)]) -> u32 {
        let name = self.text(name);
        self.descriptor_named(name, hook_files)
    }

    pub fn descriptor_named(&mut self, name: [u32; 2], hook_files: &[(&str, &str)]) -> u32 {
        let version = self.text("0.1.0");
        let path = self.text("net/http");
        let interests = self.words(&[path[0], path[1], 0, 0, 0, 0, 0, 0]);
        let mut files = Vec::new();
        for (path, text) in hook_files {
            files.extend(self.text(path));
            files.extend(self.text(text));
        }
        let count = u32::try_from(hook_files.len()).unwrap();
        let files = self.words(&files);
        let mut answer = vec![0];
        answer.extend(name);
        answer.extend(version);
        // No licence, no description.
        answer.extend([0; 4]);
        answer.extend([interests, 1, files, count]);
        // No permissions, no attributes.
        answer.extend([0; 4]);
        self.words(&answer)
    }

    /// Puts `ok([detach(join point)…])`.
    pub fn detaches(&mut self, join_points: &[u32]) -> u32 {
        let mut advice = Vec::new();
        for &join_point in join_points {
            let mut case = [0; ADVICE_WORDS];
            case[0] = 1;
            case[1] = join_point;
            advice.extend(case);
        }
        let advice = self.words(&advice);
        self.words(&[0, advice, u32::try_from(join_points.len()).unwrap()])
    }

    fn address(&self) -> u32 {
        BASE + u32::try_from(self.bytes.len()).unwrap()
    }
}

/// Size of the variant `advice`: its discriminant and its largest case, `hook`.
pub const ADVICE_WORDS: usize = 23;
