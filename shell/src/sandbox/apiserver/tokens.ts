// Bearer tokens: those of a file (token,user,uid,"group,group", as kube-apiserver's --token-auth-file) and those issued for
// ServiceAccounts, which are signed with a key of this server and so outlive a restart without being stored.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { isObject, numberOf, parseJson, textOf } from "./json.ts";

export type User = { readonly name: string; readonly uid: string; readonly groups: readonly string[] };
export const anonymous: User = { name: "system:anonymous", uid: "", groups: ["system:unauthenticated"] };

export type Tokens = {
  authenticate(token: string): User | undefined;
  /** `seconds` undefined: does not expire. */
  issue(of: { readonly namespace: string; readonly account: string; readonly seconds: number | undefined }): {
    readonly token: string;
    readonly expires: string;
  };
};

/** Users by token; throws an Error naming the line that cannot be read. */
export const parseTokenFile = (text: string): ReadonlyMap<string, User> => {
  const users = new Map<string, User>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const match = /^([^,]+),([^,]+),([^,]*)(?:,(?:"([^"]*)"|(.*)))?$/.exec(line.trim());
    if (match === null) throw new Error(`line ${index + 1} of the token file is not of the form token,user,uid,"group1,group2"`);
    const [, token = "", name = "", uid = "", quoted, bare] = match;
    const groups = (quoted ?? bare ?? "").split(",").filter((group) => group !== "");
    users.set(token, { name, uid, groups: [...groups, "system:authenticated"] });
  }
  return users;
};

export const newSecret = (): string => randomBytes(24).toString("hex");

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export const createTokens = (users: ReadonlyMap<string, User>, key: string): Tokens => {
  const signature = (text: string): Buffer => createHmac("sha256", key).update(text).digest();
  return {
    authenticate: (token) => users.get(token) ?? serviceAccount(token, signature),
    issue: ({ namespace, account, seconds }) => {
      const now = Math.floor(Date.now() / 1000);
      const expiry = now + (seconds ?? 10 * 365 * 24 * 3600);
      const claims = {
        iss: "gungnir-sandbox",
        sub: `system:serviceaccount:${namespace}:${account}`,
        aud: ["gungnir-sandbox"],
        iat: now,
        exp: expiry,
      };
      const text = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(claims)}`;
      return {
        token: `${text}.${signature(text).toString("base64url")}`,
        expires: new Date(expiry * 1000).toISOString().replace(".000Z", "Z"),
      };
    },
  };
};

const serviceAccount = (token: string, signature: (text: string) => Buffer): User | undefined => {
  const [header = "", claims = "", given = ""] = token.split(".");
  const expected = signature(`${header}.${claims}`);
  const presented = Buffer.from(given, "base64url");
  if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) return undefined;
  const payload = parseJson(Buffer.from(claims, "base64url").toString("utf8"));
  if (!isObject(payload) || numberOf(payload["exp"]) * 1000 < Date.now()) return undefined;
  const name = textOf(payload["sub"]);
  const namespace = name.split(":")[2] ?? "";
  return { name, uid: "", groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"] };
};
