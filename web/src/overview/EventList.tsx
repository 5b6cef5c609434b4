import { Card } from "../parts/Card";
import { EventLine } from "../parts/EventLine";
import { useEvents } from "../live/useLive";

const SHOWN = 60;

/** What happens to links, as it happens. */
export function EventList() {
  const { rows, gap } = useEvents();
  return (
    <Card title="What happens" className="feed-card">
      {gap && <p className="note note-warn">Events before this could not be had; from here on none is missing.</p>}
      {rows.length === 0 && <p className="empty">Nothing has happened yet.</p>}
      <ol className="feed" aria-label="Link events, latest first">
        {rows.slice(0, SHOWN).map((event) => <EventLine key={event.id} event={event} />)}
      </ol>
    </Card>
  );
}
