-- The networks of a fleet, set by set. Numbers take the places of the names in
-- braces. Links were seen two hours ago: polls tell of the time since.

INSERT INTO tenants (id, name, created_at, updated_at)
SELECT bench.id(t, 0, 0), 'tenant ' || t, now(), now() FROM generate_series({first}, {last}) AS t;

INSERT INTO sites (tenant_id, id, name, created_at, updated_at)
SELECT bench.id(t, 0, 0), bench.id(t, 1, n), 'site ' || n, now(), now()
FROM generate_series({first}, {last}) AS t, generate_series(0, {sites} - 1) AS n ORDER BY t, n;

INSERT INTO devices (tenant_id, id, site_id, hostname, ip_address, model, serial_number,
    firmware_version, status, last_seen, created_at, updated_at)
SELECT bench.id(t, 0, 0), bench.id(t, 2, n), bench.id(t, 1, n % {sites}), 'ap-' || lpad(n::text, 5, '0'),
    '10.0.0.0'::inet + n, 'RB922UAGS-5HPacD', '8D0E07' || n, '7.16.1', 'online', now(), now(), now()
FROM generate_series({first}, {last}) AS t, generate_series(0, {aps} - 1) AS n ORDER BY t, n;

INSERT INTO devices (tenant_id, id, site_id, hostname, ip_address, model, serial_number,
    firmware_version, status, last_seen, created_at, updated_at)
SELECT bench.id(t, 0, 0), bench.id(t, 3, n), bench.id(t, 1, n / {clients} % {sites}),
    'cpe-' || lpad(n::text, 6, '0'), '10.64.0.0'::inet + n, 'SXTsq 5 ac', 'B43F01' || n, '7.16.1',
    CASE WHEN n % 50 = 7 THEN 'offline' ELSE 'online' END, now(), now(), now()
FROM generate_series({first}, {last}) AS t, generate_series(0, {aps} * {clients} - 1) AS n ORDER BY t, n;

INSERT INTO device_interfaces (tenant_id, id, device_id, name, mac_address, type, running, updated_at)
SELECT bench.id(t, 0, 0), bench.id(t, 4, n * 2 + i), bench.id(t, 3, n),
    CASE i WHEN 0 THEN 'wlan1' ELSE 'ether1' END, bench.mac(t, n, i),
    CASE i WHEN 0 THEN 'wlan' ELSE 'ether' END, true, now()
FROM generate_series({first}, {last}) AS t, generate_series(0, {aps} * {clients} - 1) AS n, generate_series(0, 1) AS i
ORDER BY t, n, i;

INSERT INTO wireless_links (tenant_id, id, ap_device_id, cpe_device_id, interface, client_mac,
    signal_strength, remote_signal_strength, signal_to_noise, tx_ccq, tx_rate, rx_rate, tx_rate_kbps,
    rx_rate_kbps, distance_m, uptime_s, last_ip, state, state_since, sightings, missed_polls,
    weak_polls, discovered_at, last_seen, updated_at)
SELECT bench.id(t, 0, 0), bench.id(t, 5, n), bench.id(t, 2, n / {clients}), bench.id(t, 3, n), 'wlan1',
    bench.mac(t, n, 0), -55 - n % 20, -57 - n % 20, 42 - n % 20, 80 + n % 20, '130Mbps-40MHz/2S/SGI',
    '117Mbps-20MHz/2S', 130000, 117000, 1000 + n, 100000, host('10.64.0.0'::inet + n), 'active',
    now() - interval '30 days', 2, 0, 0, now() - interval '30 days', seen, seen
FROM generate_series({first}, {last}) AS t, generate_series(0, {aps} * {clients} - 1) AS n,
    LATERAL (SELECT now() - interval '2 hours' - n * 7919 % 60000 * interval '1 ms') AS s (seen)
ORDER BY t, n;
