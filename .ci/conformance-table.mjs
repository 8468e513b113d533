// What `npm run conformance` ends with: each question, and what the sandbox's API server and a real one made of it, side by side.

const wordOf = (answers, server) => {
  const status = answers.find(({ ancestorTitles }) => ancestorTitles[0] === server)?.status;
  return status === "passed" ? "as expected" : status === "failed" ? "OTHERWISE" : "left out";
};

/** `report` is of Vitest's JSON reporter; the outermost title of a test names the server that was asked. */
export const tableOf = ({ testResults = [] }) => {
  const asked = testResults.flatMap(({ assertionResults }) => assertionResults);
  const servers = [...new Set(asked.map(({ ancestorTitles: [server] }) => server))];
  const questions = Map.groupBy(asked, ({ ancestorTitles: [, ...groups], title }) => [...groups, title].join(": "));
  const width = Math.max(...servers.map((server) => server.length)) + 2;
  const row = (cells, text) => `${cells.map((cell) => cell.padEnd(width)).join("")}${text}`.trimEnd();
  const rows = [...questions].map(([question, answers]) => ({ question, words: servers.map((server) => wordOf(answers, server)) }));
  const alike = rows.filter(({ words }) => words.every((word) => word === "as expected")).length;
  const leftOut = rows.filter(({ words }) => words.includes("left out")).length;
  const differing = rows.length - alike - leftOut;
  return [
    row(servers, ""),
    ...rows.map(({ question, words }) => row(words, question)),
    "",
    servers.length < 2
      ? `${rows.length} questions; no real server was asked: KUBEBUILDER_ASSETS names no folder with kube-apiserver and etcd`
      : `${rows.length} questions: ${alike} answered alike, ${differing} differently, ${leftOut} left out on one side`,
  ].join("\n");
};
