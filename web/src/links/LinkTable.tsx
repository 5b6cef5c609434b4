import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { Line } from "./arrange";
import { COLUMNS, type ColumnKey } from "./columns";
import { GroupLine } from "./GroupLine";
import { HeadCell } from "./HeadCell";
import { LinkLine } from "./LinkLine";
import { useLineFocus } from "./useLineFocus";

interface Props {
  lines: readonly Line[];
  order: ColumnKey;
  descending: boolean;
  /** Whether a line names its AP; below a group it need not. */
  withAp: boolean;
  onOrder: (key: ColumnKey) => void;
  /** What is said when there is nothing to show. */
  empty: string;
}

const LINE_PX = 30;

/** Links as a table that draws only what is in view: 20,000 lines scroll like 20. */
export function LinkTable({ lines, order, descending, withAp, onOrder, empty }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => keyOf(lines[index], index),
    overscan: 12,
  });
  const onKeyDown = useLineFocus(scroller, lines, (index) => { rows.scrollToIndex(index); });

  return (
    <div
      className={withAp ? "links links-with-ap" : "links"}
      role="grid"
      aria-label="Links"
      aria-rowcount={lines.length + 1}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className="links-head">
        <div role="row" aria-rowindex={1} className="line line-head">
          {COLUMNS.map((column) => (
            <HeadCell
              key={column.key}
              title={column.title}
              meaning={column.meaning}
              numeric={column.numeric}
              sorted={column.key !== order ? "none" : descending ? "descending" : "ascending"}
              onClick={() => { onOrder(column.key); }}
            />
          ))}
        </div>
      </div>
      <div ref={scroller} className="links-scroll" role="rowgroup">
        {lines.length === 0 && <p className="empty">{empty}</p>}
        <div role="presentation" style={{ height: rows.getTotalSize(), position: "relative" }}>
          {rows.getVirtualItems().map(({ index, key, start }) => {
            const line = lines[index];
            if (!line) return null;
            const place = { index, top: start };
            return line.kind === "group" ? (
              <GroupLine key={key} group={line} place={place} />
            ) : (
              <LinkLine key={key} link={line.link} place={place} withAp={withAp} />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function keyOf(line: Line | undefined, index: number): string | number {
  if (!line) return index;
  return line.kind === "group" ? `ap ${line.ap.id}` : line.link.id;
}
