"""The subscriber one would write first: asyncpg and nats-py, a message at a time, and for each client
one statement to find its device and one to store its link.

Takes the addresses of PostgreSQL and NATS, the stream, its subject, and for how many seconds to work.
Prints how many clients it stored, and in which time.
"""

import asyncio
import json
import sys
import time
from datetime import datetime

import asyncpg
import nats

OWNER = """
    SELECT device_id FROM device_interfaces
    WHERE tenant_id = $1 AND mac_address = $2::text::macaddr AND type = 'wlan'"""

STORE = """
    INSERT INTO wireless_links (tenant_id, id, ap_device_id, cpe_device_id, interface, client_mac,
        signal_strength, remote_signal_strength, tx_ccq, tx_rate, rx_rate, distance_m, last_ip, state,
        state_since, sightings, missed_polls, weak_polls, discovered_at, last_seen, updated_at)
    VALUES ($1, gen_random_uuid(), $2, $3, $4, $5::text::macaddr, $6, $7, $8, $9, $10, $11, $12,
        'discovered', $13, 1, 0, 0, $13, $13, $13)
    ON CONFLICT (tenant_id, ap_device_id, client_mac) DO UPDATE SET
        cpe_device_id = excluded.cpe_device_id, interface = excluded.interface,
        signal_strength = excluded.signal_strength,
        remote_signal_strength = excluded.remote_signal_strength, tx_ccq = excluded.tx_ccq,
        tx_rate = excluded.tx_rate, rx_rate = excluded.rx_rate, distance_m = excluded.distance_m,
        last_ip = excluded.last_ip, missed_polls = 0, last_seen = excluded.last_seen,
        updated_at = excluded.updated_at"""


async def store(connection, message):
    poll = json.loads(message.data)
    tenant, ap = poll["tenant_id"], poll["device_id"]
    at = datetime.fromisoformat(poll["collected_at"].replace("Z", "+00:00"))
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE wisplink_ingest")
        await connection.execute("SELECT app.enter_tenant($1)", tenant)
        for row in poll["registrations"]:
            mac = row["mac_address"]
            cpe = await connection.fetchval(OWNER, tenant, mac)
            if cpe is not None:
                await connection.execute(
                    STORE, tenant, ap, cpe, row["interface"], mac, row["signal_strength"],
                    row["tx_signal_strength"], row["tx_ccq"], row["tx_rate"], row["rx_rate"],
                    row["distance"], row["last_ip"], at,
                )
    return len(poll["registrations"])


async def main(postgres, server, stream, subject, seconds):
    connection = await asyncpg.connect(postgres)
    client = await nats.connect(server)
    subscription = await client.jetstream().pull_subscribe(subject, stream=stream)
    stored, start, end = 0, time.monotonic(), time.monotonic()
    while time.monotonic() < start + float(seconds):
        try:
            messages = await subscription.fetch(20, timeout=1)
        except nats.errors.TimeoutError:
            break
        for message in messages:
            stored += await store(connection, message)
            await message.ack()
        end = time.monotonic()
    print(stored, end - start)
    await client.close()
    await connection.close()


asyncio.run(main(*sys.argv[1:]))
