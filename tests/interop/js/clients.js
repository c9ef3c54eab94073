// Stock automerge-repo clients, told what to do by lines of JSON; each line is answered by one.
import { createInterface } from "node:readline";
import { ImmutableString } from "@automerge/automerge";
import { Repo } from "@automerge/automerge-repo";
import { WebSocketClientAdapter } from "@automerge/automerge-repo-network-websocket";

const clients = [];

const text = (value) => (value instanceof ImmutableString ? value.toString() : value);

const cells = (handle) => {
  const rows = {};
  for (const [row, columns] of Object.entries(handle.doc().rows ?? {})) {
    const filled = Object.entries(columns).map(([column, value]) => [column, text(value)]);
    if (filled.length > 0) rows[row] = Object.fromEntries(filled);
  }
  return rows;
};

const put = (handle, row, column, value) =>
  handle.change((doc) => {
    doc.rows[row][column] = typeof value === "string" ? new ImmutableString(value) : value;
  });

// One alone dials again soon. Of many at once some wait for their turn on a busy machine; dialled again meanwhile, each would take a second seat.
const retry_ms = (count) => (count === 1 ? 200 : 20_000);

const commands = {
  async open({ server, url, count }) {
    const opened = [];
    for (let i = 0; i < count; i += 1) {
      const adapter = new WebSocketClientAdapter(server, retry_ms(count));
      opened.push(new Repo({ network: [adapter] }));
    }
    for (const repo of opened) clients.push({ repo, handle: await repo.find(url) });
    return { clients: clients.length };
  },

  async missing({ server, url }) {
    const repo = new Repo({ network: [new WebSocketClientAdapter(server, 200)] });
    try {
      await repo.find(url);
      return { found: true };
    } catch (error) {
      return { found: false, message: String(error.message ?? error) };
    } finally {
      await repo.shutdown();
    }
  },

  async put({ client, row, column, value }) {
    put(clients[client].handle, row, column, value);
    return {};
  },

  // Every client writes its share at once; the answer comes when all of them show the same heads and all edits.
  async storm({ rows, columns, edits }) {
    const started = performance.now();
    const writers = clients.map(async ({ handle }, number) => {
      for (let edit = 0; edit < edits; edit += 1) {
        const cell = number * edits + edit;
        put(handle, rows[cell % rows.length], columns[Math.floor(cell / rows.length) % columns.length], `${number}:${edit}`);
        await new Promise(setImmediate);
      }
    });
    await Promise.all(writers);
    const written_ms = performance.now() - started;
    await converge();
    return { written_ms, converged_ms: performance.now() - started };
  },

  async cells({ client }) {
    return { cells: cells(clients[client].handle) };
  },

  // Waits until the cell shows the value.
  async see({ client, row, column, value }) {
    const { handle } = clients[client];
    while (text(handle.doc().rows?.[row]?.[column]) !== value) await changed([handle]);
    return {};
  },

  async same() {
    await converge();
    return { heads: clients[0].handle.heads() };
  },

  async close() {
    await Promise.all(clients.map(({ repo }) => repo.shutdown()));
    return {};
  },
};

const changed = (handles) =>
  new Promise((resolve) => {
    const done = () => {
      for (const handle of handles) handle.off("heads-changed", done);
      resolve();
    };
    for (const handle of handles) handle.on("heads-changed", done);
  });

const heads = ({ handle }) => [...handle.heads()].sort().join();

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Ends when all show the same heads. Heads are put into base58 with a checksum each time they are asked for, so they are
// asked for seldom and no further than the first difference: the waiting must not cost what is measured.
async function converge() {
  for (;;) {
    const first = heads(clients[0]);
    if (clients.every((client) => heads(client) === first)) return;
    await pause(20);
  }
}

const lines = createInterface({ input: process.stdin });
for await (const line of lines) {
  const { command, ...rest } = JSON.parse(line);
  try {
    const answer = await commands[command](rest);
    process.stdout.write(`${JSON.stringify({ ok: true, ...answer })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ ok: false, message: String(error.stack ?? error) })}\n`);
  }
  if (command === "close") process.exit(0);
}
