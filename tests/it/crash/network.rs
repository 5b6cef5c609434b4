//! Three tenants with many APs of two clients each, made in a few statements.

use entity::ids::{DeviceId, TenantId};
use entity::mac::MacAddress;
use sqlx::{Connection as _, PgConnection};
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

/// Clients of an AP.
pub(crate) const CLIENTS: usize = 2;

/// An AP and the radios of its clients.
pub(crate) struct Ap {
    pub(crate) tenant: TenantId,
    pub(crate) id: DeviceId,
    pub(crate) radios: [MacAddress; CLIENTS],
}

/// What is polled.
pub(crate) struct Network {
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) aps: Vec<Ap>,
}

const DEVICES: &str = "
    INSERT INTO devices (tenant_id, id, hostname, status, created_at, updated_at)
    SELECT t, d, d::text, 'unknown', now(), now() FROM unnest($1::uuid[], $2::uuid[]) AS n (t, d)";

const RADIOS: &str = "
    INSERT INTO device_interfaces (tenant_id, id, device_id, name, mac_address, type, running,
        updated_at)
    SELECT t, gen_random_uuid(), d, 'wlan1', m, 'wlan', true, now()
    FROM unnest($1::uuid[], $2::uuid[], $3::macaddr[]) AS n (t, d, m)";

impl Network {
    /// Makes `aps` APs for each tenant.
    pub(crate) async fn make(world: &World, aps: usize) -> Self {
        let third = Tenant::create(&world.api, &token::platform(), "Third Provider").await;
        let tenants = vec![world.a.clone(), world.b.clone(), third];
        let mut network = Self {
            tenants,
            aps: Vec::new(),
        };
        for tenant in &network.tenants {
            for number in 0..aps {
                network.aps.push(Ap {
                    tenant: tenant.id,
                    id: DeviceId::new(),
                    // The same in every tenant.
                    radios: std::array::from_fn(|client| radio(number, client)),
                });
            }
        }
        network.store(world).await;
        network
    }

    async fn store(&self, world: &World) {
        let clients = self
            .aps
            .iter()
            .flat_map(|ap| ap.radios.map(|radio| (ap.tenant, radio)));
        let clients: Vec<_> = clients
            .map(|(tenant, radio)| (tenant, DeviceId::new(), radio))
            .collect();
        let aps = self.aps.iter().map(|ap| (ap.tenant, ap.id));
        let all = aps.chain(clients.iter().map(|(tenant, id, _)| (*tenant, *id)));
        let (owners, ids): (Vec<_>, Vec<_>) = all.unzip();
        let mut session = PgConnection::connect(&world.database.url()).await.unwrap();
        let devices = sqlx::query(DEVICES).bind(owners).bind(ids);
        devices.execute(&mut session).await.unwrap();
        let radios = sqlx::query(RADIOS)
            .bind(
                clients
                    .iter()
                    .map(|(tenant, ..)| *tenant)
                    .collect::<Vec<_>>(),
            )
            .bind(clients.iter().map(|(_, id, _)| *id).collect::<Vec<_>>())
            .bind(clients.iter().map(|(.., radio)| *radio).collect::<Vec<_>>());
        radios.execute(&mut session).await.unwrap();
    }
}

fn radio(ap: usize, client: usize) -> MacAddress {
    let number = u16::try_from(ap).unwrap().to_be_bytes();
    MacAddress::new([2, 1, number[0], number[1], 0, u8::try_from(client).unwrap()])
}
