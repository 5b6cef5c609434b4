import { useMemo } from "react";
import { useLinks } from "../live/useLive";
import { count } from "../parts/format";
import { Page } from "../parts/Page";
import { arrange, matching } from "./arrange";
import { Filters } from "./Filters";
import { LinkTable } from "./LinkTable";
import { useView } from "./view";

export function LinksPage() {
  const { rows, complete } = useLinks();
  const [view, change] = useView();
  const shown = useMemo(() => matching(rows, view), [rows, view]);
  const lines = useMemo(() => arrange(shown, view), [shown, view]);

  return (
    <Page
      title="Links"
      beside={
        <p className="tally" role="status">
          {shown.length === rows.length
            ? count(rows.length, "link")
            : `${shown.length.toLocaleString()} of ${count(rows.length, "link")}`}
        </p>
      }
    >
      <Filters view={view} onChange={change} />
      <LinkTable
        lines={lines}
        order={view.order}
        descending={view.descending}
        withAp={!view.grouped}
        onOrder={(key) => { change({ order: key, descending: key === view.order && !view.descending }); }}
        empty={complete ? "No link matches." : "Loading links …"}
      />
    </Page>
  );
}
