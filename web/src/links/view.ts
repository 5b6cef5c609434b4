import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";
import type { LinkState } from "../gql/graphql";
import { STATES } from "../parts/states";
import { COLUMNS, type ColumnKey } from "./columns";

/** What of the links is shown, and how; it stands in the address, so it can be sent to others. */
export interface View {
  search: string;
  states: readonly LinkState[];
  site: string | null;
  order: ColumnKey;
  descending: boolean;
  grouped: boolean;
}

const DEFAULT_ORDER: ColumnKey = "state";

function read(params: URLSearchParams): View {
  const wanted = params.get("state")?.split(",") ?? [];
  const order = params.get("order");
  return {
    search: params.get("q") ?? "",
    states: STATES.filter((state) => wanted.includes(state)),
    site: params.get("site"),
    order: COLUMNS.find(({ key }) => key === order)?.key ?? DEFAULT_ORDER,
    descending: params.get("dir") === "desc",
    grouped: params.get("group") !== "none",
  };
}

/** Only what differs from the default stands in the address. */
function write(view: View): URLSearchParams {
  const params = new URLSearchParams();
  if (view.search) params.set("q", view.search);
  if (view.states.length > 0) params.set("state", view.states.join(","));
  if (view.site) params.set("site", view.site);
  if (view.order !== DEFAULT_ORDER) params.set("order", view.order);
  if (view.descending) params.set("dir", "desc");
  if (!view.grouped) params.set("group", "none");
  return params;
}

export function useView(): [View, (change: Partial<View>) => void] {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => read(params), [params]);
  const change = useCallback(
    (part: Partial<View>) => {
      setParams((now) => write({ ...read(now), ...part }), { replace: true });
    },
    [setParams],
  );
  return [view, change];
}

/** The address of the links in one state. */
export function linksIn(state: LinkState): string {
  return `/links?state=${state}`;
}
