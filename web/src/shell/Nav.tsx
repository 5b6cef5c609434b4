import { Link, useLocation } from "wouter";

const PLACES: [path: string, name: string][] = [
  ["/", "Overview"],
  ["/links", "Links"],
  ["/sites", "Sites"],
  ["/devices", "Devices"],
  ["/unknown-clients", "Unknown clients"],
  ["/policies", "Policies"],
  ["/api-keys", "API keys"],
];

export function Nav() {
  const [here] = useLocation();
  return (
    <nav aria-label="Views">
      <ul className="nav">
        {PLACES.map(([path, name]) => (
          <li key={path}>
            <Link href={path} aria-current={isHere(here, path) ? "page" : undefined}>{name}</Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function isHere(here: string, path: string): boolean {
  return path === "/" ? here === "/" : here === path || here.startsWith(`${path}/`);
}
