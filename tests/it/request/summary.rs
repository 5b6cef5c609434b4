//! `linkSummary`: how many links are in which state.

use serde_json::json;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn the_summary_counts_each_state_of_the_links_that_the_filter_lets_pass() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 7).await;
    rows::links(&mut db, &world.a, 1, 8, 10).await;
    let query = "query($filter: WirelessLinkFilter) { linkSummary(filter: $filter) {
        total connected discovered active degraded down stale } }";
    for (filter, [total, connected, discovered, active, degraded, down, stale]) in [
        (json!(null), [10, 6, 2, 2, 2, 2, 2]),
        (
            json!({ "apDeviceIds": [world.a.aps[0]] }),
            [7, 5, 1, 2, 2, 1, 1],
        ),
        (
            json!({ "state": ["DOWN", "ACTIVE"] }),
            [4, 2, 0, 2, 0, 2, 0],
        ),
        (json!({ "state": [] }), [0; 7]),
    ] {
        let variables = json!({ "filter": filter });
        let data = world.api.data(&world.a.viewer(), query, variables).await;
        let expected = json!({
            "total": total, "connected": connected, "discovered": discovered, "active": active,
            "degraded": degraded, "down": down, "stale": stale,
        });
        assert_eq!(data["linkSummary"], expected, "{filter}");
    }
    let data = world.api.data(&world.b.viewer(), query, json!({})).await;
    assert_eq!(data["linkSummary"]["total"], 0);
}
