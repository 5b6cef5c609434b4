import { Page } from "../parts/Page";
import { useViewer } from "../session/useViewer";
import { EventList } from "./EventList";
import { StateTiles } from "./StateTiles";
import { TroubledAps } from "./TroubledAps";
import { WeakestLinks } from "./WeakestLinks";

export function OverviewPage() {
  const { tenant } = useViewer();
  return (
    <Page title="Overview" above={tenant.name}>
      <StateTiles />
      <div className="overview">
        <div className="overview-tables">
          <TroubledAps />
          <WeakestLinks />
        </div>
        <EventList />
      </div>
    </Page>
  );
}
