import { useMemo } from "react";
import type { LinkRow } from "../live/LinkStore";
import { arrange } from "./arrange";
import { LinkTable } from "./LinkTable";
import { useOrder } from "./useOrder";

interface Props {
  title: string;
  links: readonly LinkRow[];
  withAp?: boolean;
}

const MOST_LINES = 14;
const HEAD_PX = 34;
const LINE_PX = 30;

/** Some links within a page of something else, in the order one clicks. */
export function LinkList({ title, links, withAp = false }: Props) {
  const [order, choose] = useOrder();
  const lines = useMemo(() => arrange(links, { ...order, grouped: false }), [links, order]);

  return (
    <section className="link-list" aria-label={title} style={{ height: HEAD_PX + LINE_PX * (lines.length === 0 ? 2 : Math.min(lines.length, MOST_LINES)) }}>
      <LinkTable
        lines={lines}
        {...order}
        withAp={withAp}
        onOrder={choose}
        empty="No links."
      />
    </section>
  );
}
