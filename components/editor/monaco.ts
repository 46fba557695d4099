"use client";
/*
 * The editor without the language services of TypeScript, CSS and HTML: their workers weigh megabytes, and the agent,
 * not the page, checks code. Colours for every language come from the small definitions, JSON has its own checker.
 */
import "monaco-editor/features/register.all";
import "monaco-editor/languages/definitions/register.all";
import "monaco-editor/languages/features/json/register";
import * as monaco from "monaco-editor/editor/editor.api";

// Each `new Worker(new URL(…))` must stand as a literal: that is how the bundler finds the worker.
globalThis.MonacoEnvironment = {
  getWorker(_id: string, label: string) {
    if (label === "json") {
      return new Worker(
        new URL("monaco-editor/languages/features/json/json.worker", import.meta.url),
        { type: "module" },
      );
    }
    return new Worker(new URL("monaco-editor/editor/editor.worker", import.meta.url), {
      type: "module",
    });
  },
};

export { monaco };
