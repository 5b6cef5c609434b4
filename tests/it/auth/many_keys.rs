//! API keys in numbers: those a tenant may have, and those that somebody makes up.

use serde_json::json;
use wisplink_tests::harness::tap::tapped;
use wisplink_tests::harness::world::World;

use super::api_keys::{ABSENT, CREATE, WHO, admin, create};

/// 499 keys that count, and as many that do not.
const MANY: &str = "
    INSERT INTO api_keys (tenant_id, id, name, key_hash, role, created_at, expires_at, revoked_at)
    SELECT t.id, gen_random_uuid(), 'many', decode(md5(t.id::text || n) || md5(n::text), 'hex'),
        'viewer', now(), CASE WHEN n % 2 = 0 THEN now() + interval '1 hour' END,
        CASE WHEN n > 499 THEN now() END
    FROM tenants t, generate_series(1, 998) AS n WHERE t.name = 'Alpine Wireless'";

#[tokio::test]
async fn a_tenant_has_no_more_keys_than_it_may() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    sqlx::raw_sql(MANY).execute(&mut db).await.unwrap();
    let (id, _) = create(&world.api, &world.a, "VIEWER", None).await;
    let input = json!({ "input": { "name": "one more", "role": "VIEWER" } });
    let said = world.api.error(&admin(&world.a), CREATE, input).await;
    let words =
        "API keys that are neither revoked nor expired: 501 asked for, 500 allowed".to_owned();
    assert_eq!(said, ("LIMIT_EXCEEDED".to_owned(), words));
    // The other tenant is not concerned, and one that is revoked makes room.
    create(&world.api, &world.b, "VIEWER", None).await;
    let revoke = "mutation($id: ID!) { revokeApiKey(id: $id) { id } }";
    let id = json!({ "id": id });
    world.api.data(&admin(&world.a), revoke, id).await;
    create(&world.api, &world.a, "VIEWER", None).await;
}

/// However many made-up keys are shown at once, good ones are served and PostgreSQL hardly notices.
#[tokio::test]
async fn a_flood_of_bad_keys_is_looked_up_in_few_statements() {
    const SHOWN: usize = 400;
    let world = World::start().await;
    let (_, key) = create(&world.api, &world.a, "VIEWER", None).await;
    let (tap, replica) = tapped(&world).await;
    replica.api.data(&key, WHO, json!({})).await;
    tap.take();
    for _ in 0..2 {
        let flood = (0..SHOWN).map(|n| {
            let (api, bad) = (replica.api.clone(), format!("wlk_{n:0>42}A"));
            tokio::spawn(async move { api.error(&bad, WHO, json!({})).await })
        });
        let flood: Vec<_> = flood.collect();
        replica.api.data(&key, WHO, json!({})).await;
        for bad in flood {
            assert_eq!(bad.await.unwrap().1, ABSENT);
        }
    }
    // Callers who come while one look-up is under way share the next; what is absent is remembered.
    let sent = tap.take();
    let looks = sent.iter().filter(|sent| sent.contains("key_hash"));
    assert!(looks.count() < SHOWN / 4, "{sent:#?}");
    replica.stop().await;
}
