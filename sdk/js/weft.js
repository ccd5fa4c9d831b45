// What a plugin in JavaScript is written with: `weft plugin new --lang js` makes one. The same words as in
// the Rust SDK, over the contract in wit/plugin.wit.
//
// Values of a function are named as in the Go source, or by position from 0 where they have no name; the
// receiver also answers to `recv`. Fields follow after dots: `ctx`, `0`, `recv.opt`, `c.opt.Addr`.

/**
 * Why a plugin cannot answer. Shown to the user with the plugin's name. Any other error that a plugin
 * throws is shown by its name and message.
 */
export class PluginError extends Error {
  /**
   * @param {string} message What is wrong, as a lower-case fragment.
   * @param {string} [help] What the user can do about it.
   */
  constructor(message, help) {
    super(message);
    // What the bindings hand to the host.
    this.payload = { message, help };
  }
}

/**
 * The two functions that the contract asks for: `export const { describe, advise } = plugin({ … })`.
 *
 * @param {object} own
 * @param {string} own.name Unique short name: lower-case letters, digits and hyphens.
 * @param {string} own.version Semantic version.
 * @param {string} own.license SPDX expression.
 * @param {string} own.description One sentence for a person.
 * @param {(d: Descriptor, settings: Settings) => void} own.describe Says which packages the plugin cares
 *   about. Runs once for its settings.
 * @param {(p: Package, out: Advices) => void} own.advise Says what to weave into one package.
 */
export function plugin(own) {
  return {
    describe: (_host, attrs) =>
      answer(() => {
        const settings = new Settings(attrs);
        const descriptor = new Descriptor();
        own.describe(descriptor, settings);
        settings.refuseUnknown();
        const { name, version, license, description } = own;
        return { name, version, license, description, ...descriptor.raw };
      }),
    advise: (target, attrs) =>
      answer(() => {
        const advices = new Advices(target.importPath);
        own.advise(new Package(target, new Settings(attrs)), advices);
        return advices.raw();
      }),
  };
}

// An error that is not the plugin's answer would stop the component without a word.
function answer(make) {
  try {
    return make();
  } catch (error) {
    if (error instanceof PluginError) throw error;
    throw new PluginError(`${error}`);
  }
}

/** The plugin's own settings by name. A name that `describe` never asks for is an error. */
export class Settings {
  #values;
  #asked = new Set();

  constructor(attrs) {
    this.#values = new Map(attrs);
  }

  /** The setting's value, or `otherwise` when the user did not give it. */
  get(name, otherwise) {
    this.#asked.add(name);
    return this.#values.has(name) ? JSON.parse(this.#values.get(name)) : otherwise;
  }

  refuseUnknown() {
    const unknown = [...this.#values.keys()].find((name) => !this.#asked.has(name));
    if (unknown === undefined) return;
    const known = [...this.#asked].sort();
    const help = known.length ? `its settings are: ${known.join(", ")}` : "this plugin has no settings";
    throw new PluginError(`unknown setting \`${unknown}\``, help);
  }
}

/** What a plugin is. */
export class Descriptor {
  raw = { interests: [], hookFiles: [], permissions: [], attrs: [] };

  /**
   * Cares about packages.
   *
   * @param {string} importPath Pattern as in `go help packages`; `main` stands for every main package, `own`
   *   for every package of the main modules.
   * @param {string} [versions] Range of the module's versions: `>=9.0, <10`.
   * @returns {Interest}
   */
  interest(importPath, versions = "") {
    const interest = { importPath, versions, matchers: [], attrs: [] };
    this.raw.interests.push(interest);
    return new Interest(interest);
  }

  /**
   * Carries Go hook files, as `.weft/js/hooks.js` has them.
   *
   * @param {{ path: string, text: string }[]} files
   */
  hooks(files) {
    this.raw.hookFiles.push(...files);
    return this;
  }

  /**
   * Asks for something that hooks may not do by default, by name: `import:os/signal`, `unsafe`, `linkname`.
   *
   * @param {string} name
   */
  permission(name) {
    this.raw.permissions.push(name);
    return this;
  }
}

/** A cheap filter on packages and what is wanted of those that pass. */
export class Interest {
  #raw;

  constructor(raw) {
    this.#raw = raw;
  }

  /** Asks about the join points that a matcher names, if the package has any. */
  matching(target) {
    this.#raw.matchers.push({ target, mustMatch: false });
    return this;
  }

  /** Like `matching`, but the user's build fails when the package has no such join point. */
  requiring(target) {
    this.#raw.matchers.push({ target, mustMatch: true });
    return this;
  }
}

/**
 * Matches a method by its receiver's type as written, without type parameters and package (`*baseClient`,
 * `DB`), and its name; the name `*` matches any.
 */
export const method = (receiver, name) => ({ tag: "function", val: { receiver, name } });

/** Matches a function without receiver; the name `*` matches any. */
export const func = (name) => ({ tag: "function", val: { receiver: undefined, name } });

/** Matches functions and methods with a comment directive above them: `directive("//weft:span")`. */
export const directive = (text) => ({ tag: "directive", val: text });

/** Matches uses of another package's function: `call("os", "Exit")`. */
export const call = (importPath, name) => ({ tag: "call", val: { importPath, name } });

/** One interesting package with its matched join points. */
export class Package {
  /** The settings that `describe` got. */
  settings;
  /** Matched functions and methods, in the order of files and lines. */
  functions = [];
  /** Matched uses of other packages' functions: one item a function and file. */
  calls = [];

  constructor(raw, settings) {
    const { importPath, name, modulePath, moduleVersion, goVersion, goos, goarch, tags } = raw;
    Object.assign(this, { importPath, name, modulePath, moduleVersion, goVersion, goos, goarch, tags });
    this.settings = settings;
    raw.joinPoints.forEach((point, index) => {
      const { tag, val } = point.kind;
      if (tag === "function") this.functions.push(new GoFunction(index, point, val));
      else this.calls.push(new Call(index, point, val));
    });
  }
}

/** A function or method declaration with a body. */
export class GoFunction {
  /** The receiver's type without type parameters, such as `*baseClient`; undefined without receiver. */
  receiver;

  constructor(index, point, raw) {
    const { name, typeParameters, parameters, results, directives } = raw;
    Object.assign(this, { index, name, typeParameters, parameters, results, directives });
    this.file = point.file;
    this.line = point.line;
    this.declaration = raw;
    this.receiver = raw.receiver?.goType.split("[")[0].trimEnd();
  }

  /** Whether this is that method: `f.isMethod("*baseClient", "process")`. */
  isMethod(receiver, name) {
    return this.name === name && this.receiver === receiver;
  }

  /** As people write it: `(*baseClient).process`. */
  get title() {
    return this.receiver === undefined ? this.name : `(${this.receiver}).${this.name}`;
  }
}

/** Uses of one function of another package, in one file. */
export class Call {
  constructor(index, point, raw) {
    const { importPath, name, count } = raw;
    Object.assign(this, { index, importPath, name, count });
    this.file = point.file;
    this.line = point.line;
    /** The function's declaration; undefined when the host does not find it. */
    this.declaration = raw.declaration;
  }

  /** Whether this is that function: `c.is("os", "Exit")`. */
  is(importPath, name) {
    return this.importPath === importPath && this.name === name;
  }

  get title() {
    return `${this.importPath}.${this.name}`;
  }
}

/** Collects advice. A name that a function does not have fails the plugin with the names it has. */
export class Advices {
  #importPath;
  #advice = [];

  constructor(importPath) {
    this.#importPath = importPath;
  }

  /**
   * Calls Go functions before and after a function's body, or before and after each use of another
   * package's function. As long as nothing else is said, `before` gets the receiver and all parameters,
   * `after` all results, and nothing is replaced.
   *
   * @param {GoFunction | Call} target
   * @returns {Hook}
   */
  hook(target) {
    const hook = new Hook(target, this.#importPath);
    this.#advice.push({ tag: "hook", val: hook.raw });
    return hook;
  }

  /**
   * Marks a goroutine's entry function: what the goroutine does no longer belongs to the span that was
   * current when it was started.
   *
   * @param {GoFunction} target
   */
  detach(target) {
    this.#advice.push({ tag: "detach", val: { joinPoint: target.index, attrs: [] } });
  }

  raw() {
    for (const { tag, val } of this.#advice) {
      // The defaults are for hooks that are called.
      if (tag === "hook" && val.before === undefined) val.arguments = [];
      if (tag === "hook" && val.after === undefined) val.results = [];
    }
    return this.#advice;
  }
}

/** See `Advices.hook`. */
export class Hook {
  #target;
  #importPath;
  #receiver;
  #parameters;
  #results;

  constructor(target, importPath) {
    const { receiver, parameters = [], results = [] } = target.declaration ?? {};
    this.#target = target;
    this.#importPath = importPath;
    this.#receiver = receiver;
    this.#parameters = parameters;
    this.#results = results;
    const values = parameters.length + (receiver ? 1 : 0);
    this.raw = {
      joinPoint: target.index,
      folder: "",
      before: undefined,
      after: undefined,
      constants: [],
      arguments: Array.from({ length: values }, (_, index) => ({ index, fields: [] })),
      replaces: [],
      results: results.map((_, index) => index),
      replacesResults: [],
      order: 0,
      attrs: [],
    };
  }

  /**
   * The Go function to call before: `func(arguments…) (token, replaced arguments…)`. The token is left out
   * when there is no `after`; it must be a pointer or an interface, and nil means not to call `after`.
   */
  before(goFunction) {
    this.raw.before = goFunction;
    return this;
  }

  /**
   * The Go function to call when the function returns or panics: `func(token, results…) (replaced
   * results…)`. The token is left out when there is no `before`.
   */
  after(goFunction) {
    this.raw.after = goFunction;
    return this;
  }

  /** The folder of the Go functions below `go/`, where it is not `go/` itself. */
  folder(folder) {
    this.raw.folder = folder;
    return this;
  }

  /** Text that both functions get first, after the token, as string constants. */
  constants(texts) {
    this.raw.constants = texts;
    return this;
  }

  /** What `before` gets, in this order: `["recv.opt", "ctx"]`. */
  arguments(names) {
    this.raw.arguments = names.map((name) => this.#argument(name));
    return this;
  }

  /** Which parameters `before` replaces; it returns them in this order after the token. */
  replaces(names) {
    this.raw.replaces = names.map((name) => {
      const { index, fields } = this.#argument(name);
      if (fields.length) throw this.#unknown(`the field \`${name}\` cannot be replaced`, []);
      return index;
    });
    return this;
  }

  /** What `after` gets, in this order: `["err"]`. */
  results(names) {
    this.raw.results = names.map((name) => this.#result(name));
    return this;
  }

  /** Which results `after` replaces; it returns them in this order. */
  replacesResults(names) {
    this.raw.replacesResults = names.map((name) => this.#result(name));
    return this;
  }

  /** Where several plugins hook one place, a lower order runs `before` earlier and `after` later. */
  order(order) {
    this.raw.order = order;
    return this;
  }

  #argument(path) {
    const [first, ...fields] = `${path}`.split(".");
    const parameter = position(this.#parameters, first);
    if (parameter >= 0) return { index: parameter + (this.#receiver ? 1 : 0), fields };
    const own = first === "recv" || (first !== "" && first === this.#receiver?.name);
    if (this.#receiver && own) return { index: 0, fields };
    const has = [...(this.#receiver ? ["recv"] : []), ...names(this.#parameters)];
    throw this.#unknown(`no parameter \`${first}\``, has);
  }

  #result(name) {
    const index = position(this.#results, `${name}`);
    if (index < 0) throw this.#unknown(`no result \`${name}\``, names(this.#results));
    return index;
  }

  #unknown(problem, has) {
    const title = this.#target instanceof Call ? this.#target.title : `${this.#importPath}.${this.#target.title}`;
    return new PluginError(
      `${title}: ${problem}${has.length ? `; it has: ${has.join(", ")}` : ""}`,
      "the plugin does not know this version of the library; look for a newer plugin, or leave the plugin out",
    );
  }
}

// A parameter's place by its name, or by position from 0; -1 without one.
function position(parameters, name) {
  if (/^\d+$/.test(name)) return Number(name) < parameters.length ? Number(name) : -1;
  return name === "" ? -1 : parameters.findIndex((parameter) => parameter.name === name);
}

function names(parameters) {
  return parameters.map(({ name }, index) => name || `${index}`);
}
