import { connect } from "node:net";
import { commands, decode, describe, initial, initialOutput, readRole, type Request, textOf, type Value, write } from "@gungnir/core/resp3";

const socket = connect({ host: "127.0.0.1", port: Number(process.argv[2] ?? 6379) });
const waiting: ((reply: Value) => void)[] = [];
let state = initial();
let output = initialOutput;

socket.on("data", (chunk) => {
  const decoded = decode(state, chunk);
  state = decoded.state;
  for (const message of decoded.values) {
    if (message._tag === "Push") console.log("unasked:", message.items.map(textOf));
    else waiting.shift()?.(message);
  }
  if (decoded.error !== undefined) socket.destroy(new Error(describe(decoded.error)));
});

const ask = (request: Request): Promise<Value> => {
  const written = write(output, [request]);
  if (written.error !== undefined) return Promise.reject(new Error(written.error.rule));
  output = written.output;
  for (const chunk of written.chunks) socket.write(chunk);
  return new Promise((resolve) => waiting.push(resolve));
};

await ask(commands.hello(3, { name: "example" }));
await ask(commands.set("greeting", "it’s \r\n bytes"));
console.log(JSON.stringify(textOf(await ask(commands.get("greeting")))));
console.log(readRole(await ask(commands.role())));
socket.end();
