// As much of Helm's templates as our chart uses, so that it can be rendered and compared where no helm is: `if` with `else`,
// `with`, `eq`, values, texts, and `toYaml … | nindent N`. Anything else in braces is refused.
import { stringify } from "yaml";
import { isRecord } from "../src/kubernetes/answer.ts";

export type Values = Readonly<Record<string, unknown>>;

/** The text with its templates carried out; throws, quoting it, on a template that is not served here. */
export const render = (template: string, values: Values): string => {
  const pieces = template.split(/(\{\{(?:"[^"]*"|[^"])*?\}\})/);
  const { text, next } = block(pieces, 0, { root: values, dot: values });
  if (next < pieces.length) throw new Error(`${pieces[next] ?? ""} ends nothing that was begun`);
  return text;
};

type Scope = { readonly root: Values; readonly dot: unknown };

/** From a piece up to the `else` or `end` that closes it. */
const block = (pieces: readonly string[], start: number, scope: Scope): { readonly text: string; readonly next: number } => {
  let text = "";
  for (let index = start; index < pieces.length;) {
    const piece = pieces[index] ?? "";
    if (!piece.startsWith("{{")) {
      text += piece;
      index += 1;
      continue;
    }
    if (piece.startsWith("{{-")) text = text.trimEnd();
    const code = piece.replace(/^\{\{-?\s*/, "").replace(/\s*-?\}\}$/, "");
    if (code === "else" || code === "end") return { text, next: index };
    const [, word, condition] = /^(if|with) (.*)$/s.exec(code) ?? [];
    if (word === undefined || condition === undefined) {
      text += valueOf(code, scope);
      index += 1;
      continue;
    }
    const tested = look(condition, scope);
    const yes = block(pieces, index + 1, word === "with" ? { ...scope, dot: tested } : scope);
    const no = isPiece(pieces[yes.next], "else") ? block(pieces, yes.next + 1, scope) : { text: "", next: yes.next };
    if (!isPiece(pieces[no.next], "end")) throw new Error(`${piece} has no {{- end }}`);
    text += isTrue(tested) ? yes.text : no.text;
    index = no.next + 1;
  }
  return { text, next: pieces.length };
};

const isPiece = (piece: string | undefined, word: string): boolean =>
  piece !== undefined && new RegExp(`^\\{\\{-? ${word} -?\\}\\}$`).test(piece);

const valueOf = (code: string, scope: Scope): string => {
  const [, path, spaces] = /^toYaml (\S+) \| nindent (\d+)$/.exec(code) ?? [];
  if (path === undefined) return String(look(code, scope));
  const indent = " ".repeat(Number(spaces));
  const lines = stringify(look(path, scope)).trimEnd().split("\n");
  return lines.map((line) => `\n${indent}${line}`).join("");
};

/** A value, a text in quotation marks, or a comparison of two of them. */
const look = (code: string, scope: Scope): unknown => {
  const [, left, right] = /^eq (\S+) (\S+)$/.exec(code) ?? [];
  if (left !== undefined && right !== undefined) return look(left, scope) === look(right, scope);
  if (/^"[^"]*"$/.test(code)) return code.slice(1, -1);
  if (code === ".") return scope.dot;
  if (!/^(\.\w+)+$/.test(code)) throw new Error(`{{ ${code} }} is not served: allowed are if, with, else, end, eq, values, texts, toYaml`);
  let found: unknown = scope.root;
  for (const name of code.slice(1).split(".")) {
    if (!isRecord(found) || !Object.hasOwn(found, name)) throw new Error(`{{ ${code} }}: there is no such value`);
    found = found[name];
  }
  return found;
};

const isTrue = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && value !== "" && value !== 0 && !isEmpty(value);
const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
