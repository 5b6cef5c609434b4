import { Card } from "../parts/Card";
import { EventLine } from "../parts/EventLine";
import { clock } from "../parts/format";
import { useEvents } from "../live/useLive";

const SHOWN = 60;

/** What happens to links, as it happens. */
export function EventList() {
  const { rows, gapAt } = useEvents();
  return (
    <Card title="What happens" className="feed-card">
      {gapAt !== null && (
        <p role="status" className="note note-warn feed-gap">
          The feed began anew at {clock(gapAt)}: events from before may be missing here. From then on none is.
        </p>
      )}
      {rows.length === 0 && <p className="empty">Nothing has happened yet.</p>}
      <ol className="feed" aria-label="Link events, latest first">
        {rows.slice(0, SHOWN).map((event) => <EventLine key={event.id} event={event} />)}
      </ol>
    </Card>
  );
}
