// Spans of {{IMPORT_PATH}}. This file says where hooks go; go/ says what they do.

// `weft plugin build` puts these into .weft/js.
import { {{JS_IMPORT}}, plugin } from "./.weft/js/weft.js";
import { hookFiles } from "./.weft/js/hooks.js";

export const { describe, advise } = plugin({
  name: "{{NAME}}",
  version: "0.1.0",
  license: "Apache-2.0",
  description: "Spans of {{IMPORT_PATH}}",

  describe(d) {
    d.hooks(hookFiles);
    d.interest("{{IMPORT_PATH}}", "{{RANGE}}").requiring({{JS_MATCHER}});
  },

  advise(p, out) {
    for (const f of p.functions) {
      out
        .hook(f)
        .before("before{{FUNCTION_NAME}}")
        .after("after{{FUNCTION_NAME}}")
        {{JS_ARGUMENTS}}
        {{RESULTS}};
    }
  },
});
