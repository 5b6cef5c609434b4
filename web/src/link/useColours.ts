import { useEffect, useState, type RefObject } from "react";

const NAMES = ["ink-soft", "line", "accent", "active", "degraded", "discovered"] as const;
export type Colours = Record<(typeof NAMES)[number], string>;

/** The theme's colours as a canvas takes them, anew when the theme changes. */
export function useColours(place: RefObject<HTMLElement | null>): Colours | null {
  const [colours, setColours] = useState<Colours | null>(null);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const read = () => { setColours(resolve(element)); };
    read();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", read);
    const theme = new MutationObserver(read);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      dark.removeEventListener("change", read);
      theme.disconnect();
    };
  }, [place]);

  return colours;
}

/** A custom property is text; only a real property is computed to a colour. */
function resolve(element: HTMLElement): Colours {
  const before = element.style.color;
  const pairs = NAMES.map((name) => {
    element.style.color = `var(--${name})`;
    return [name, getComputedStyle(element).color];
  });
  element.style.color = before;
  return Object.fromEntries(pairs) as Colours;
}
