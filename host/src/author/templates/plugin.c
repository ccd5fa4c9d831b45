// Spans of {{IMPORT_PATH}}. This file says where hooks go; go/ says what they do.

#include "weft.h" // `weft plugin build` puts it into .weft/c

WEFT_PLUGIN("{{NAME}}", "0.1.0", "Apache-2.0", "Spans of {{IMPORT_PATH}}")

static const char hooks[] = {
#embed "go/hooks.go"
};

void describe(weft_descriptor *d, const weft_settings *settings) {
	(void)settings;
	weft_add_hook_file(d, "hooks.go", hooks, sizeof hooks);
	weft_interest *interest = weft_add_interest(d, "{{IMPORT_PATH}}", "{{RANGE}}");
	weft_match_function(interest, {{C_RECEIVER}}, "{{FUNCTION_NAME}}", true);
}

void advise(const weft_package *p, const weft_settings *settings, weft_advices *out) {
	(void)settings;
	for (size_t i = 0; i < p->join_points.length; i++) {
		{{C_HOOK}}weft_add_hook(out, i, "before{{FUNCTION_NAME}}", "after{{FUNCTION_NAME}}");
{{C_ARGUMENTS}}{{C_RESULTS}}	}
}
