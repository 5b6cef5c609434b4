import { useQuery } from "urql";
import { graphql } from "../gql";

const NAMES = graphql(`
  query SiteNames { sites(first: 500) { nodes { id name } } }
`);

/** The sites one can choose from, by name. */
export function useSites(): { id: string; name: string }[] {
  const [{ data }] = useQuery({ query: NAMES });
  return [...(data?.sites.nodes ?? [])].sort((one, other) => one.name.localeCompare(other.name));
}
