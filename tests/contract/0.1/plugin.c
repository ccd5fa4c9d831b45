// Uses all that contract 0.1 has. What it is told, it passes to its hooks as text, so that the program that
// it is woven into prints it.

#include "weft.h"

WEFT_PLUGIN("frozen", "0.1.0", "Apache-2.0", "Holds weft to contract 0.1")

static const char hooks[] = {
#embed "go/hooks.go"
};

static const char marks[] = {
#embed "go/marks/marks.go"
};

// ---- Text ----

static char text[8192];
static size_t length;

static void add(weft_string part) {
	if (length + part.length >= sizeof text) __builtin_trap();
	weft_copy(text + length, part.text, part.length);
	length += part.length;
}

static void say(const char *part) { add(weft_text(part)); }

static void add_number(uint32_t number) {
	if (number >= 10) add_number(number / 10);
	char digit = '0' + number % 10;
	add((weft_string){&digit, 1});
}

static void add_all(weft_strings list) {
	say("[");
	for (size_t i = 0; i < list.length; i++) {
		if (i > 0) say(" ");
		add(list.items[i]);
	}
	say("]");
}

static void add_parameter(const weft_parameter *p) {
	add(p->name);
	say(" ");
	add(p->go_type);
	if (p->hook_type.is_some) {
		say(" = ");
		add(p->hook_type.value);
	}
	say("; ");
}

static void add_function(const weft_function *f) {
	if (f->receiver.is_some) {
		say("(");
		add_parameter(&f->receiver.value);
		say(") ");
	}
	add(f->name);
	add_all(f->type_parameters);
	say("(");
	for (size_t i = 0; i < f->parameters.length; i++) add_parameter(&f->parameters.items[i]);
	say(") (");
	for (size_t i = 0; i < f->results.length; i++) add_parameter(&f->results.items[i]);
	say(") ");
	add_all(f->directives);
}

static void add_package(const weft_package *p) {
	add(p->import_path);
	say(" ");
	add(p->name);
	say(" of ");
	add(p->module_path);
	say("@");
	add(p->module_version);
	say(" ");
	add_all(p->tags);
	// These are others elsewhere.
	say(p->go_version.length && p->goos.length && p->goarch.length ? "\n" : " for nothing\n");
	for (size_t i = 0; i < p->join_points.length; i++) {
		const weft_join_point *point = &p->join_points.items[i];
		add(point->file);
		say(":");
		add_number(point->line);
		say(": ");
		if (point->kind == WEFT_CALL) {
			add_number(point->call.count);
			say(" of ");
			add(point->call.import_path);
			say(".");
			add(point->call.name);
			say(", ");
		}
		const weft_function *f = weft_declaration(point);
		if (f) add_function(f);
		say("\n");
	}
}

// ---- The plugin ----

void describe(weft_descriptor *d, const weft_settings *settings) {
	weft_debug("describe");
	if (weft_is(weft_setting(settings, "fail"), "true"))
		weft_fail_with_help("it was told to fail", "take the setting `fail` out of weft.toml");
	weft_add_hook_file(d, "hooks.go", hooks, sizeof hooks);
	weft_add_hook_file(d, "marks/marks.go", marks, sizeof marks);
	weft_add_permission(d, "stdio");
	weft_interest *interest = weft_add_interest(d, "example.com/frozen", ">=1.0");
	weft_match_function(interest, "*Client", "Post", true);
	weft_match_function(interest, NULL, "current", true);
	weft_match_function(interest, NULL, "serve", true);
	weft_match_function(interest, NULL, "gone", false);
	weft_match_directive(interest, "//frozen:mark", true);
	weft_match_call(interest, "strings", "Repeat", true);
}

void advise(const weft_package *p, const weft_settings *settings, weft_advices *out) {
	weft_debug("advise");
	add_package(p);
	say("greeting ");
	add(weft_setting(settings, "greeting"));
	say("\n");
	for (size_t i = 0; i < p->join_points.length; i++) {
		const weft_join_point *point = &p->join_points.items[i];
		const weft_function *f = weft_declaration(point);
		weft_hook *hook;
		if (point->kind == WEFT_CALL) {
			hook = weft_add_hook(out, i, "beforeRepeat", NULL);
			weft_pass(hook, weft_parameter_index(f, "count"));
			weft_replace(hook, weft_parameter_index(f, "count"));
		} else if (weft_is(f->name, "Post")) {
			hook = weft_add_hook(out, i, "beforePost", "afterPost");
			text[length] = 0;
			weft_pass_constant(hook, text);
			weft_pass_field(hook, 0, "address");
			weft_pass(hook, weft_parameter_index(f, "ctx"));
			weft_pass(hook, weft_parameter_index(f, "entry"));
			weft_replace(hook, weft_parameter_index(f, "ctx"));
			weft_replace(hook, weft_parameter_index(f, "entry"));
			weft_pass_result(hook, 0);
			weft_replace_result(hook, 0);
			hook->order = -5;
		} else if (weft_is(f->name, "current")) {
			hook = weft_add_hook(out, i, NULL, "afterCurrent");
			weft_pass_result(hook, 0);
			weft_replace_result(hook, 0);
		} else if (weft_is(f->name, "serve")) {
			weft_add_detach(out, i);
		} else {
			hook = weft_add_hook(out, i, "beforeMarked", NULL);
			hook->folder = weft_text("marks");
			for (size_t j = 0; j < f->parameters.length; j++) weft_pass(hook, j);
		}
	}
}
