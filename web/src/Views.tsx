import { Link, Route, Switch } from "wouter";
import { DevicePage } from "./device/DevicePage";
import { DevicesPage } from "./device/DevicesPage";
import { ApiKeysPage } from "./keys/ApiKeysPage";
import { LinkPage } from "./link/LinkPage";
import { LinksPage } from "./links/LinksPage";
import { OverviewPage } from "./overview/OverviewPage";
import { Page } from "./parts/Page";
import { PoliciesPage } from "./policies/PoliciesPage";
import { SitePage } from "./sites/SitePage";
import { SitesPage } from "./sites/SitesPage";
import { UnknownClientsPage } from "./unknown/UnknownClientsPage";

/** Which address shows which view. The server knows the same addresses. */
export function Views() {
  return (
    <Switch>
      <Route path="/"><OverviewPage /></Route>
      <Route path="/links"><LinksPage /></Route>
      <Route path="/links/:id">{({ id }) => <LinkPage key={id} id={id} />}</Route>
      <Route path="/devices"><DevicesPage /></Route>
      <Route path="/devices/:id">{({ id }) => <DevicePage key={id} id={id} />}</Route>
      <Route path="/sites"><SitesPage /></Route>
      <Route path="/sites/:id">{({ id }) => <SitePage key={id} id={id} />}</Route>
      <Route path="/unknown-clients"><UnknownClientsPage /></Route>
      <Route path="/policies"><PoliciesPage /></Route>
      <Route path="/api-keys"><ApiKeysPage /></Route>
      <Route>
        <Page title="Not here">
          <p>There is nothing at this address. <Link href="/">To the overview</Link></p>
        </Page>
      </Route>
    </Switch>
  );
}
