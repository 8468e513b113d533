import { expect, it } from "vitest";
import { between } from "./readme.ts";

it("puts a table between its two marks, and instead of the one before", () => {
  const document = "before\n<!-- a -->\n\nold\n\n<!-- /a -->\nafter <!-- b --><!-- /b -->";
  expect(between(document, "a", "new")).toBe("before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter <!-- b --><!-- /b -->");
});

it("says which marks are missing", () => {
  expect(() => between("<!-- /a --> <!-- a -->", "a", "new")).toThrow("<!-- a --> and <!-- /a -->");
});
