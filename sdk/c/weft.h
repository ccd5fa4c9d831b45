// weft.h: write weft plugins in C, without a C library and without WASI.
//
// A plugin includes this file once, says WEFT_PLUGIN(…), and defines two functions:
//
//     void describe(weft_descriptor *d, const weft_settings *settings);
//     void advise(const weft_package *p, const weft_settings *settings, weft_advices *out);
//
// The structures are those of wit/plugin.wit, laid out as the Component Model's canonical ABI has them on
// wasm32: the host reads and writes them as they are. Each call of a plugin runs in an instance of its
// own, so memory is taken and never given back.
#ifndef WEFT_H
#define WEFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- Text, lists and memory ----

typedef struct { const char *text; size_t length; } weft_string;
typedef struct { bool is_some; weft_string value; } weft_optional;
typedef struct { weft_string name, value; } weft_attr;

#define WEFT_LIST(type) struct { type *items; size_t length; }

typedef WEFT_LIST(weft_string) weft_strings;
typedef WEFT_LIST(weft_attr) weft_attrs;
typedef WEFT_LIST(uint32_t) weft_indices;
typedef weft_attrs weft_settings;

// ---- What a plugin says of itself ----

typedef struct { weft_optional receiver; weft_string name; } weft_function_matcher;
typedef struct { weft_string import_path, name; } weft_call_matcher;

enum { WEFT_FUNCTION = 0, WEFT_CALL = 1, WEFT_DIRECTIVE = 2 };

typedef struct {
	uint8_t kind; // WEFT_FUNCTION, WEFT_CALL or WEFT_DIRECTIVE
	union { weft_function_matcher function; weft_call_matcher call; weft_string directive; };
	bool must_match;
} weft_matcher;

typedef struct {
	weft_string import_path, versions;
	WEFT_LIST(weft_matcher) matchers;
	weft_attrs attrs;
} weft_interest;

typedef struct { weft_string path, text; } weft_hook_file;

typedef struct {
	weft_string name, version, license, description;
	WEFT_LIST(weft_interest) interests;
	WEFT_LIST(weft_hook_file) hook_files;
	weft_strings permissions;
	weft_attrs attrs;
} weft_descriptor;

// ---- What the host shows ----

typedef struct { weft_string name, go_type; weft_optional hook_type; } weft_parameter;

typedef struct {
	struct { bool is_some; weft_parameter value; } receiver;
	weft_string name;
	weft_strings type_parameters;
	WEFT_LIST(weft_parameter) parameters;
	WEFT_LIST(weft_parameter) results;
	weft_strings directives;
} weft_function;

typedef struct {
	weft_string import_path, name;
	uint32_t count;
	struct { bool is_some; weft_function value; } declaration;
} weft_call;

typedef struct {
	weft_string file;
	uint32_t line;
	uint8_t kind; // WEFT_FUNCTION or WEFT_CALL
	union { weft_function function; weft_call call; };
	weft_attrs attrs;
} weft_join_point;

typedef struct {
	weft_string import_path, name, module_path, module_version, go_version, goos, goarch;
	weft_strings tags;
	WEFT_LIST(weft_join_point) join_points;
	weft_attrs attrs;
} weft_package;

// ---- What a plugin wants done ----

typedef struct { uint32_t index; weft_strings fields; } weft_argument;

typedef struct {
	uint32_t join_point;
	weft_string folder;
	weft_optional before, after;
	weft_strings constants;
	WEFT_LIST(weft_argument) arguments;
	weft_indices replaces, results, replaces_results;
	int32_t order;
	weft_attrs attrs;
} weft_hook;

typedef struct { uint32_t join_point; weft_attrs attrs; } weft_detach;

enum { WEFT_HOOK = 0, WEFT_DETACH = 1 };

typedef struct {
	uint8_t kind; // WEFT_HOOK or WEFT_DETACH
	union { weft_hook hook; weft_detach detach; };
} weft_advice;

typedef WEFT_LIST(weft_advice) weft_advices;

// A layout that is not the canonical ABI's would be read as nonsense.
_Static_assert(sizeof(void *) == 4, "plugins are built for wasm32");
_Static_assert(sizeof(weft_matcher) == 28 && offsetof(weft_matcher, must_match) == 24, "matcher");
_Static_assert(sizeof(weft_interest) == 32, "interest");
_Static_assert(sizeof(weft_descriptor) == 64, "descriptor");
_Static_assert(sizeof(weft_parameter) == 28, "parameter");
_Static_assert(sizeof(weft_function) == 72, "function");
_Static_assert(sizeof(weft_call) == 96, "call");
_Static_assert(sizeof(weft_join_point) == 120, "join-point");
_Static_assert(sizeof(weft_package) == 80, "go-package");
_Static_assert(sizeof(weft_argument) == 12, "argument");
_Static_assert(sizeof(weft_hook) == 88, "hook");
_Static_assert(sizeof(weft_advice) == 92, "advice");

// ---- Memory ----

extern unsigned char __heap_base;

static uintptr_t weft_heap_end;

// Memory that is all zeros. Ends the plugin where there is no more: the host says so.
static inline void *weft_take(size_t size, size_t align) {
	static uintptr_t next;
	if (next == 0) next = (uintptr_t)&__heap_base;
	if (weft_heap_end == 0) weft_heap_end = __builtin_wasm_memory_size(0) * 65536u;
	uintptr_t start = (next + align - 1) & ~(uintptr_t)(align - 1);
	if (start < next || start + size < start) __builtin_trap();
	if (start + size > weft_heap_end) {
		size_t pages = (start + size - weft_heap_end + 65535) / 65536;
		if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
		weft_heap_end += pages * 65536u;
	}
	next = start + size;
	return (void *)start;
}

static inline void weft_copy(void *to, const void *from, size_t size) {
	for (size_t i = 0; i < size; i++) ((char *)to)[i] = ((const char *)from)[i];
}

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
	if (size == 0) return (void *)align;
	void *new = weft_take(size, align);
	weft_copy(new, old, old_size < size ? old_size : size);
	return new;
}

// Adds a place to a list, all zeros, and returns it. The places before it may have moved.
#define WEFT_ADD(list) \
	((list)->items = cabi_realloc((list)->items, (list)->length * sizeof *(list)->items, \
		_Alignof(max_align_t), ((list)->length + 1) * sizeof *(list)->items), \
	 &(list)->items[(list)->length++])

// The same for a list whose places never move, so that pointers to them stay good: it has room for so many.
#define WEFT_ADD_FIXED(list, most) \
	((list)->items = (list)->items ? (list)->items : weft_take((most) * sizeof *(list)->items, _Alignof(max_align_t)), \
	 (list)->length < (most) ? (void)0 : __builtin_trap(), \
	 &(list)->items[(list)->length++])

enum { WEFT_MOST_INTERESTS = 1024, WEFT_MOST_ADVICE = 8192 };

// ---- Text ----

static inline weft_string weft_text(const char *text) {
	size_t length = 0;
	while (text[length]) length++;
	return (weft_string){text, length};
}

static inline weft_optional weft_some(const char *text) { return (weft_optional){true, weft_text(text)}; }

static inline bool weft_is(weft_string string, const char *text) {
	weft_string other = weft_text(text);
	if (string.length != other.length) return false;
	for (size_t i = 0; i < other.length; i++)
		if (string.text[i] != other.text[i]) return false;
	return true;
}

__attribute__((import_module("weft:plugin/log@0.1.0"), import_name("debug"))) void weft_log(const char *text, size_t length);

// A line for the person who debugs a plugin; shown with `weft plan --verbose`.
static inline void weft_debug(const char *text) {
	weft_string line = weft_text(text);
	weft_log(line.text, line.length);
}

// ---- Failures: the user's build ends with the message ----

static weft_string weft_failure;
static weft_optional weft_failure_help;

static inline void weft_fail(const char *message) {
	if (weft_failure.length == 0) weft_failure = weft_text(message);
}

static inline void weft_fail_with_help(const char *message, const char *help) {
	if (weft_failure.length == 0) weft_failure_help = weft_some(help);
	weft_fail(message);
}

// The JSON text of a setting; without text where it is not set.
static inline weft_string weft_setting(const weft_settings *settings, const char *name) {
	for (size_t i = 0; i < settings->length; i++)
		if (weft_is(settings->items[i].name, name)) return settings->items[i].value;
	return (weft_string){0};
}

// ---- For describe ----

// Carries a Go hook file, as `#embed` has read it.
static inline void weft_add_hook_file(weft_descriptor *d, const char *path, const char *text, size_t length) {
	*WEFT_ADD(&d->hook_files) = (weft_hook_file){weft_text(path), {text, length}};
}

// Asks for packages: an import path pattern, and a range of module versions, such as ">=1.2, <2".
static inline weft_interest *weft_add_interest(weft_descriptor *d, const char *import_path, const char *versions) {
	weft_interest *interest = WEFT_ADD_FIXED(&d->interests, WEFT_MOST_INTERESTS);
	interest->import_path = weft_text(import_path);
	interest->versions = weft_text(versions);
	return interest;
}

static inline void weft_add_permission(weft_descriptor *d, const char *permission) {
	*WEFT_ADD(&d->permissions) = weft_text(permission);
}

// Asks about functions: those without receiver where that is NULL; the name "*" matches any. Where
// must_match is true, a package without such a function fails the user's build.
static inline void weft_match_function(weft_interest *i, const char *receiver, const char *name, bool must_match) {
	weft_matcher *matcher = WEFT_ADD(&i->matchers);
	matcher->kind = WEFT_FUNCTION;
	if (receiver) matcher->function.receiver = weft_some(receiver);
	matcher->function.name = weft_text(name);
	matcher->must_match = must_match;
}

// Asks about uses of another package's function, such as "os", "Exit".
static inline void weft_match_call(weft_interest *i, const char *import_path, const char *name, bool must_match) {
	weft_matcher *matcher = WEFT_ADD(&i->matchers);
	matcher->kind = WEFT_CALL;
	matcher->call = (weft_call_matcher){weft_text(import_path), weft_text(name)};
	matcher->must_match = must_match;
}

// Asks about functions with a comment directive above them, such as "//weft:span".
static inline void weft_match_directive(weft_interest *i, const char *directive, bool must_match) {
	weft_matcher *matcher = WEFT_ADD(&i->matchers);
	matcher->kind = WEFT_DIRECTIVE;
	matcher->directive = weft_text(directive);
	matcher->must_match = must_match;
}

// ---- For advise ----

// The declaration at a join point; NULL at a call of a function that the host does not find.
static inline const weft_function *weft_declaration(const weft_join_point *point) {
	if (point->kind == WEFT_FUNCTION) return &point->function;
	return point->call.declaration.is_some ? &point->call.declaration.value : NULL;
}

// Calls Go functions around a join point's body. Either may be NULL.
static inline weft_hook *weft_add_hook(weft_advices *out, size_t join_point, const char *before, const char *after) {
	weft_advice *advice = WEFT_ADD_FIXED(out, WEFT_MOST_ADVICE);
	advice->kind = WEFT_HOOK;
	advice->hook.join_point = join_point;
	if (before) advice->hook.before = weft_some(before);
	if (after) advice->hook.after = weft_some(after);
	return &advice->hook;
}

static inline void weft_add_detach(weft_advices *out, size_t join_point) {
	weft_advice *advice = WEFT_ADD_FIXED(out, WEFT_MOST_ADVICE);
	advice->kind = WEFT_DETACH;
	advice->detach.join_point = join_point;
}

// The index of a parameter by its name, as hooks count: the receiver, where there is one, is 0. Fails the
// build where there is no such parameter.
static inline uint32_t weft_parameter_index(const weft_function *f, const char *name) {
	uint32_t shift = f->receiver.is_some;
	for (size_t i = 0; i < f->parameters.length; i++)
		if (weft_is(f->parameters.items[i].name, name)) return i + shift;
	if (!shift || !weft_is(f->receiver.value.name, name)) weft_fail_with_help(
		"a function that it hooks has no longer a parameter that it needs",
		"the plugin does not know this version of the library; look for a newer plugin, or leave the plugin out");
	return 0;
}

// Passes a text to both functions, before all else but the token.
static inline void weft_pass_constant(weft_hook *hook, const char *text) { *WEFT_ADD(&hook->constants) = weft_text(text); }

// Passes the receiver or a parameter to `before`.
static inline void weft_pass(weft_hook *hook, uint32_t index) { WEFT_ADD(&hook->arguments)->index = index; }

// Passes a field of it.
static inline void weft_pass_field(weft_hook *hook, uint32_t index, const char *field) {
	weft_argument *argument = WEFT_ADD(&hook->arguments);
	argument->index = index;
	*WEFT_ADD(&argument->fields) = weft_text(field);
}

// Takes a parameter's new value from `before`.
static inline void weft_replace(weft_hook *hook, uint32_t index) { *WEFT_ADD(&hook->replaces) = index; }

// Passes a result to `after`, by its index.
static inline void weft_pass_result(weft_hook *hook, uint32_t index) { *WEFT_ADD(&hook->results) = index; }

// Takes a result's new value from `after`.
static inline void weft_replace_result(weft_hook *hook, uint32_t index) { *WEFT_ADD(&hook->replaces_results) = index; }

// ---- The exports ----

void describe(weft_descriptor *d, const weft_settings *settings);
void advise(const weft_package *p, const weft_settings *settings, weft_advices *out);

typedef struct { weft_string message; weft_optional help; } weft_error;

typedef struct { uint8_t is_error; union { weft_descriptor value; weft_error error; }; } weft_described;
typedef struct { uint8_t is_error; union { weft_advices value; weft_error error; }; } weft_advised;

_Static_assert(sizeof(weft_described) == 68 && sizeof(weft_advised) == 24, "results");

// The plugin's own words about itself.
#define WEFT_PLUGIN(its_name, its_version, its_license, its_description) \
	__attribute__((export_name("describe"))) weft_described *weft_export_describe( \
		const char *host, size_t host_length, weft_attr *attrs, size_t attrs_length, \
		weft_attr *settings, size_t settings_length) { \
		(void)host, (void)host_length, (void)attrs, (void)attrs_length; \
		static weft_described out; \
		weft_settings given = {settings, settings_length}; \
		out.value.name = weft_text(its_name); \
		out.value.version = weft_text(its_version); \
		out.value.license = weft_text(its_license); \
		out.value.description = weft_text(its_description); \
		describe(&out.value, &given); \
		if (weft_failure.length) out = (weft_described){1, {.error = {weft_failure, weft_failure_help}}}; \
		return &out; \
	} \
	__attribute__((export_name("advise"))) weft_advised *weft_export_advise( \
		const struct { weft_package package; weft_settings settings; } *given) { \
		static weft_advised out; \
		advise(&given->package, &given->settings, &out.value); \
		if (weft_failure.length) out = (weft_advised){1, {.error = {weft_failure, weft_failure_help}}}; \
		return &out; \
	}

#endif
