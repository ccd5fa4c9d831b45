import assert from "node:assert/strict";
import { test } from "node:test";

import { PluginError, call, directive, func, method, plugin } from "./weft.js";

const parameter = (name, goType) => ({ name, goType });

// func (c *Client[T]) Post(ctx context.Context, _ string) (string, error)
const post = {
  name: "Post",
  receiver: parameter("c", "*Client[T]"),
  typeParameters: ["T"],
  parameters: [parameter("ctx", "context.Context"), parameter("", "string")],
  results: [parameter("", "string"), parameter("", "error")],
  directives: [],
};

const target = (...kinds) => ({
  importPath: "example.com/ledger",
  name: "ledger",
  joinPoints: kinds.map((kind) => ({ file: "ledger.go", line: 7, kind, attrs: [] })),
});

const usual = { name: "books", version: "1.2.3", license: "MIT", description: "Spans", describe() {}, advise() {} };

const advise = (own, ...kinds) =>
  plugin({ ...usual, advise: own }).advise(target(...kinds), []).map((advice) => advice.val);

const advisePost = (own) => advise((p, out) => p.functions.forEach((f) => own(out.hook(f), f)), {
  tag: "function",
  val: post,
});

test("a descriptor says what the plugin is and cares about", () => {
  const { describe } = plugin({
    ...usual,
    describe(d) {
      d.hooks([{ path: "hooks.go", text: "package books" }]).permission("import:net");
      d.interest("example.com/ledger", ">=1.2, <2").requiring(method("*Client", "Post")).matching(func("New"));
      d.interest("own").matching(directive("//weft:span")).matching(call("os", "Exit"));
    },
  });
  assert.deepEqual(describe({}, []), {
    name: "books",
    version: "1.2.3",
    license: "MIT",
    description: "Spans",
    hookFiles: [{ path: "hooks.go", text: "package books" }],
    permissions: ["import:net"],
    attrs: [],
    interests: [
      {
        importPath: "example.com/ledger",
        versions: ">=1.2, <2",
        attrs: [],
        matchers: [
          { mustMatch: true, target: { tag: "function", val: { receiver: "*Client", name: "Post" } } },
          { mustMatch: false, target: { tag: "function", val: { receiver: undefined, name: "New" } } },
        ],
      },
      {
        importPath: "own",
        versions: "",
        attrs: [],
        matchers: [
          { mustMatch: false, target: { tag: "directive", val: "//weft:span" } },
          { mustMatch: false, target: { tag: "call", val: { importPath: "os", name: "Exit" } } },
        ],
      },
    ],
  });
});

test("a setting that describe does not ask for is refused", () => {
  const { describe } = plugin({
    ...usual,
    describe: (d, settings) => d.interest(settings.get("path", "example.com/ledger")),
  });
  assert.equal(describe({}, [["path", '"example.com/book"']]).interests[0].importPath, "example.com/book");
  assert.equal(describe({}, []).interests[0].importPath, "example.com/ledger");
  assert.throws(() => describe({}, [["paht", "1"]]), {
    payload: { message: "unknown setting `paht`", help: "its settings are: path" },
  });
});

test("values are named as in the source, by position, or from the receiver", () => {
  const [hook] = advisePost((hook, f) => {
    assert.ok(f.isMethod("*Client", "Post"));
    hook.before("b").after("a").arguments(["recv.opt.Addr", "c", "ctx", "1"]).replaces(["ctx"]).results(["1"]);
    hook.replacesResults(["0"]).constants(["x"]).order(-3).folder("deep");
  });
  assert.deepEqual(hook, {
    joinPoint: 0,
    folder: "deep",
    before: "b",
    after: "a",
    constants: ["x"],
    arguments: [
      { index: 0, fields: ["opt", "Addr"] },
      { index: 0, fields: [] },
      { index: 1, fields: [] },
      { index: 2, fields: [] },
    ],
    replaces: [1],
    results: [1],
    replacesResults: [0],
    order: -3,
    attrs: [],
  });
});

test("hooks get all values as long as nothing else is said, and none where they are not called", () => {
  const [both] = advisePost((hook) => hook.before("b").after("a"));
  assert.deepEqual([both.arguments.map((a) => a.index), both.results], [[0, 1, 2], [0, 1]]);
  const [after] = advisePost((hook) => hook.after("a"));
  assert.deepEqual([after.arguments, after.results], [[], [0, 1]]);
  const [before] = advisePost((hook) => hook.before("b"));
  assert.deepEqual([before.arguments.length, before.results], [3, []]);
});

test("uses of functions and goroutines", () => {
  const exit = { ...post, name: "Exit", receiver: undefined, parameters: [parameter("code", "int")], results: [] };
  const use = { tag: "call", val: { importPath: "os", name: "Exit", count: 2, declaration: exit } };
  const loop = { tag: "function", val: { ...post, name: "loop" } };
  const [detached, hook] = advise(
    (p, out) => {
      p.functions.forEach((f) => out.detach(f));
      p.calls.filter((c) => c.is("os", "Exit")).forEach((c) => out.hook(c).before("b").arguments(["code"]));
    },
    use,
    loop,
  );
  assert.deepEqual(detached, { joinPoint: 1, attrs: [] });
  assert.deepEqual([hook.joinPoint, hook.arguments], [0, [{ index: 0, fields: [] }]]);
});

test("what a function does not have is named with what it has", () => {
  const refused = (own, message) =>
    assert.throws(
      () => advisePost(own),
      (error) => error instanceof PluginError && error.payload.message === message && error.payload.help.includes("newer"),
    );
  const title = "example.com/ledger.(*Client).Post";
  refused((hook) => hook.arguments(["entry"]), `${title}: no parameter \`entry\`; it has: recv, ctx, 1`);
  refused((hook) => hook.arguments(["2"]), `${title}: no parameter \`2\`; it has: recv, ctx, 1`);
  refused((hook) => hook.results(["err"]), `${title}: no result \`err\`; it has: 0, 1`);
  refused((hook) => hook.replaces(["c.opt"]), `${title}: the field \`c.opt\` cannot be replaced`);
});

test("a mistake of the plugin's becomes its answer", () => {
  const { describe } = plugin({ ...usual, describe: (d) => d.intrest("x") });
  assert.throws(() => describe({}, []), { payload: { message: "TypeError: d.intrest is not a function", help: undefined } });
});
