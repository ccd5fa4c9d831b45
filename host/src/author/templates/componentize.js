// Makes .weft/plugin.wasm of plugin.js, run by `weft plugin build`: a component that imports nothing but
// what the contract allows.
import { writeFile } from "node:fs/promises";
import { componentize } from "@bytecodealliance/componentize-js";

// Node says where a mistake is; componentize-js does not.
await import("../../plugin.js");
try {
  const { component } = await componentize({
    sourcePath: "plugin.js",
    witPath: ".weft/wit",
    worldName: "plugin",
    // Each would bring an import of WASI.
    disableFeatures: ["random", "stdio", "clocks", "http", "fetch-event"],
  });
  await writeFile(".weft/plugin.wasm", component);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
