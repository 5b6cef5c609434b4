import type { LinkState } from "../gql/graphql";
import type { LinkRow } from "../live/LinkStore";
import { COLUMNS } from "./columns";
import { rankOf } from "./rank";
import type { View } from "./view";

/** In which order links stand. */
export type Order = Pick<View, "order" | "descending">;

/** An AP and how many of its links, among those shown, are in which state. */
export interface Group {
  kind: "group";
  ap: LinkRow["apDevice"];
  counts: ReadonlyMap<LinkState, number>;
}
/** A line of the table. */
export type Line = Group | { kind: "link"; link: LinkRow };

/** The links that match the view. */
export function matching(links: readonly LinkRow[], view: View): LinkRow[] {
  const states = new Set(view.states);
  const needle = view.search.trim().toLowerCase();
  const address = needle.replace(/[:.-]/g, "");
  return links.filter(
    (link) =>
      (states.size === 0 || states.has(link.state)) &&
      (!view.site || link.apDevice.site?.id === view.site) &&
      (!needle || names(link).some((name) => name.includes(needle)) || isIn(address, link.clientMac)),
  );
}

function names({ cpeDevice, apDevice }: LinkRow): string[] {
  return [cpeDevice.hostname, apDevice.hostname, apDevice.site?.name ?? ""].map((name) => name.toLowerCase());
}

/** Addresses are found in any spelling, from four digits on. */
function isIn(address: string, mac: string): boolean {
  return /^[0-9a-f]{4,}$/.test(address) && mac.replaceAll(":", "").toLowerCase().includes(address);
}

/** The lines of the table: links in the view's order, below their APs if the view says so. */
export function arrange(links: readonly LinkRow[], view: Order & Pick<View, "grouped">): Line[] {
  const ordered = order(links, view);
  if (!view.grouped) return ordered.map((link) => ({ kind: "link", link }));

  const byAp = [...Map.groupBy(ordered, (link) => link.apDevice.id).values()];
  const name = ([first]: LinkRow[]) => first?.apDevice.hostname ?? "";
  const rank = rankOf(byAp.map(name));
  return byAp
    .sort((one, other) => rank(name(one)) - rank(name(other)))
    .flatMap((below) => [...head(below), ...below.map((link): Line => ({ kind: "link", link }))]);
}

function head(links: readonly LinkRow[]): Group[] {
  const [first] = links;
  return first ? [{ kind: "group", ap: first.apDevice, counts: countStates(links) }] : [];
}

export function countStates(links: readonly LinkRow[]): Map<LinkState, number> {
  const counts = new Map<LinkState, number>();
  for (const { state } of links) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

function order(links: readonly LinkRow[], view: Order): LinkRow[] {
  const column = COLUMNS.find(({ key }) => key === view.order);
  if (!column) return [...links];
  const sign = view.descending ? -1 : 1;
  const rank = rankOf(links.map(({ cpeDevice }) => cpeDevice.hostname));
  const keyed = links.map((link) => {
    const [value, name] = [column.value(link), rank(link.cpeDevice.hostname)];
    return { link, name, value: typeof value === "string" ? name : value };
  });
  keyed.sort((one, other) => {
    if (one.value === other.value) return one.name - other.name;
    if (one.value === null) return 1;
    if (other.value === null) return -1;
    return sign * (one.value - other.value);
  });
  return keyed.map(({ link }) => link);
}
