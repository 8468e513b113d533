// Loaded with `node --import` into every process of a demonstration: exchanges one piece of text of core's sources as they
// are loaded, so that the whole program runs with a known failure put back in, and nothing on disk changes. The patch comes
// in GUNGNIR_MUTANT as JSON { file, find, replace }, the file below core/src.
import { registerHooks } from "node:module";

const { file, find, replace } = JSON.parse(process.env.GUNGNIR_MUTANT ?? "{}");

if (file !== undefined)
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(`/core/src/${file}`)) return loaded;
      const source = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
      const parts = source.split(find);
      // A mutant must not rot into passing.
      if (parts.length !== 2) throw new Error(`core/src/${file} holds the text to replace ${parts.length - 1} times, wanted once: ${find}`);
      return { ...loaded, source: parts.join(replace) };
    },
  });
