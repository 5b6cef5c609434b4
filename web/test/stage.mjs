// What plays the network around the console: orders go out a line each, and are answered when done.
import { createInterface } from "node:readline";

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function order(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
  const { done } = await answers.next();
  if (done) throw new Error("nobody plays the network");
}

/** The radio of CPE number `cpe`, counted from 1. */
export const radio = (cpe) => `6C:3B:6B:A2:00:0${cpe}`;

/** A client that no device has. */
export const STRANGER = "6C:3B:6B:A2:00:77";

export const poll = (ap, minute, clients) => order({ do: "poll", ap, minute, clients });
/** As when the database was restored: no cursor of before is known. */
export const renewFeed = () => order({ do: "renew_feed" });
export const stopServer = () => order({ do: "stop_server" });
export const startServer = () => order({ do: "start_server" });
