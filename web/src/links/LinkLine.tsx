import { memo } from "react";
import { Link } from "wouter";
import type { LinkRow } from "../live/LinkStore";
import { Ago } from "../parts/Ago";
import { distance, rate, withUnit } from "../parts/format";
import { SignalMeter } from "../parts/SignalMeter";
import { StateBadge } from "../parts/StateBadge";
import { placed, type Place } from "./place";

interface Props {
  link: LinkRow;
  place: Place;
  withAp: boolean;
}

export const LinkLine = memo(function LinkLine({ link, place, withAp }: Props) {
  const weak = link.state === "DEGRADED";
  return (
    <div role="row" className={`line line-${link.state}`} {...placed(place)}>
      <div role="gridcell" className="cell"><StateBadge state={link.state} /></div>
      <div role="gridcell" className="cell cell-name">
        <Link href={`/links/${link.id}`} className="line-link" data-line={place.index}>{link.cpeDevice.hostname}</Link>
        {withAp && <Link href={`/devices/${link.apDevice.id}`} className="line-ap">{link.apDevice.hostname}</Link>}
      </div>
      <div role="gridcell" className="cell cell-number"><SignalMeter dbm={link.signalStrength} weak={weak} /></div>
      <div role="gridcell" className="cell cell-number"><SignalMeter dbm={link.remoteSignalStrength} weak={false} /></div>
      <div role="gridcell" className="cell cell-number">{withUnit(link.signalToNoise, "dB")}</div>
      <div role="gridcell" className="cell cell-number">{withUnit(link.txCcq, "%")}</div>
      <div role="gridcell" className="cell cell-number">{rate(link.txRateKbps)}</div>
      <div role="gridcell" className="cell cell-number">{rate(link.rxRateKbps)}</div>
      <div role="gridcell" className="cell cell-number">{distance(link.distanceM)}</div>
      <div role="gridcell" className="cell cell-number"><Ago time={link.lastSeen} /></div>
      <div role="gridcell" className="cell cell-number"><Ago time={link.stateSince} /></div>
    </div>
  );
}, isSame);

/** The place is made anew on each drawing; what counts is what it says. */
function isSame(one: Props, other: Props): boolean {
  return (
    one.link === other.link &&
    one.withAp === other.withAp &&
    one.place.index === other.place.index &&
    one.place.top === other.place.top
  );
}
