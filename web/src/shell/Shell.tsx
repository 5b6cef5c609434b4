import type { ReactNode } from "react";
import { useConnection, useLinks } from "../live/useLive";
import { Account } from "./Account";
import { ConnectionBanner } from "./ConnectionBanner";
import { ConnectionState } from "./ConnectionState";
import { Nav } from "./Nav";
import { ThemeSwitch } from "./ThemeSwitch";
import { Wordmark } from "./Wordmark";

/** The frame around every view: where one can go, who one is, and whether what is seen is live. */
export function Shell({ children }: { children: ReactNode }) {
  const connection = useConnection();
  const { current, complete } = useLinks();
  const outdated = complete && !(current && connection.is === "open");

  return (
    <div className="shell">
      <a className="skip" href="#view">Skip to content</a>
      <aside className="side">
        <Wordmark />
        <Nav />
        <div className="side-foot">
          <ConnectionState />
          <Account />
          <ThemeSwitch />
        </div>
      </aside>
      <main id="view" tabIndex={-1} className={outdated ? "view outdated" : "view"}>
        <ConnectionBanner />
        {children}
      </main>
    </div>
  );
}
