-- The columns of The Other Dude's tables that an import touches, in our words, after its migrations
-- 001, 017, 030, 032 and 033, with its policies; and rows, some of them nonsense.

CREATE TABLE tenants (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(255) NOT NULL UNIQUE,
    description text,
    encrypted_vault_key bytea,
    created_at timestamptz NOT NULL DEFAULT '2026-02-24',
    updated_at timestamptz NOT NULL DEFAULT '2026-02-24'
);
CREATE TABLE sites (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    latitude double precision,
    longitude double precision,
    address text,
    elevation double precision,
    notes text,
    created_at timestamptz NOT NULL DEFAULT '2026-03-19',
    updated_at timestamptz NOT NULL DEFAULT '2026-03-19',
    UNIQUE (tenant_id, name)
);
CREATE TABLE devices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    site_id uuid REFERENCES sites (id) ON DELETE SET NULL,
    hostname varchar(255) NOT NULL,
    ip_address varchar(45) NOT NULL,
    model varchar(255),
    serial_number varchar(255),
    firmware_version varchar(100),
    routeros_version varchar(100),
    last_seen timestamptz,
    encrypted_credentials bytea,
    encrypted_credentials_transit text,
    latitude double precision,
    longitude double precision,
    status varchar(20) NOT NULL DEFAULT 'unknown',
    created_at timestamptz NOT NULL DEFAULT '2026-03-01',
    updated_at timestamptz NOT NULL DEFAULT '2026-03-01',
    UNIQUE (tenant_id, hostname)
);
CREATE TABLE device_interfaces (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    mac_address varchar(17) NOT NULL,
    type varchar(50) NOT NULL,
    running boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT '2026-03-20',
    UNIQUE (device_id, name)
);
CREATE TABLE wireless_links (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    ap_device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    cpe_device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    interface varchar(255),
    client_mac varchar(17) NOT NULL,
    signal_strength integer,
    tx_ccq integer,
    tx_rate varchar(50),
    rx_rate varchar(50),
    state varchar(20) NOT NULL DEFAULT 'discovered',
    missed_polls integer NOT NULL DEFAULT 0,
    discovered_at timestamptz NOT NULL DEFAULT '2026-03-21',
    last_seen timestamptz NOT NULL DEFAULT '2026-04-01',
    updated_at timestamptz NOT NULL DEFAULT '2026-04-01',
    UNIQUE (ap_device_id, cpe_device_id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tenants', 'sites', 'devices', 'device_interfaces', 'wireless_links']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant_isolation ON %I USING (
            %I::text = current_setting(''app.current_tenant'', true)
            OR current_setting(''app.current_tenant'', true) = ''super_admin'')', name,
            CASE name WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END);
    END LOOP;
END $$;

INSERT INTO tenants (id, name, encrypted_vault_key) VALUES
    ('00000000-0000-0000-0000-000000000000', 'System (Internal)', NULL),
    ('a0000000-0000-4000-8000-000000000001', 'Hilltop Wireless', '\xdeadbeef'),
    ('b0000000-0000-4000-8000-000000000001', 'Valley Net', '\xdeadbeef'),
    ('c0000000-0000-4000-8000-000000000001', 'Alpine Wireless', '\xdeadbeef');

INSERT INTO sites (id, tenant_id, name, latitude, longitude, address, elevation) VALUES
    ('a1000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', 'Water tower',
        47.25, 11.5, '1 Tower Road', 612.4),
    ('a1000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001', 'Nowhere',
        91, -200, ' ', 'NaN'),
    ('b1000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', 'Water tower',
        NULL, NULL, NULL, NULL);

INSERT INTO devices (id, tenant_id, site_id, hostname, ip_address, model, firmware_version,
    routeros_version, last_seen, encrypted_credentials, status) VALUES
    ('a2000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001',
        'a1000000-0000-4000-8000-000000000001', 'ap-north', '10.0.0.1', 'RB912', '6.49', '7.14',
        '2026-04-01', '\x736563726574', 'online'),
    ('a2000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001', NULL,
        'cpe-smith', '10.0.1.1', 'SXT', NULL, NULL, NULL, '\x736563726574', 'offline'),
    ('a2000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000001', NULL,
        'cpe-jones', 'not an address', NULL, NULL, NULL, NULL, NULL, 'rebooting'),
    -- A site of another tenant's.
    ('a2000000-0000-4000-8000-000000000004', 'a0000000-0000-4000-8000-000000000001',
        'b1000000-0000-4000-8000-000000000001', 'cpe-brown', '2001:db8::1', NULL, NULL, NULL, NULL,
        NULL, 'unknown'),
    ('a2000000-0000-4000-8000-000000000005', 'a0000000-0000-4000-8000-000000000001', NULL, '  ',
        '10.0.1.5', NULL, NULL, NULL, NULL, NULL, 'unknown'),
    ('b2000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001',
        'b1000000-0000-4000-8000-000000000001', 'ap-north', '10.0.0.1', NULL, NULL, NULL, NULL,
        NULL, 'online');

INSERT INTO device_interfaces (id, device_id, tenant_id, name, mac_address, type, running) VALUES
    ('a3000000-0000-4000-8000-000000000001', 'a2000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000001', 'wlan1', '6c:3b:6b:aa:00:01', 'wlan', true),
    ('a3000000-0000-4000-8000-000000000002', 'a2000000-0000-4000-8000-000000000002',
        'a0000000-0000-4000-8000-000000000001', 'wlan1', '6c:3b:6b:aa:00:02', 'wlan', true),
    ('a3000000-0000-4000-8000-000000000003', 'a2000000-0000-4000-8000-000000000003',
        'a0000000-0000-4000-8000-000000000001', 'wlan1', '6c:3b:6b:aa:00:03', 'wlan', false),
    ('a3000000-0000-4000-8000-000000000004', 'a2000000-0000-4000-8000-000000000004',
        'a0000000-0000-4000-8000-000000000001', 'wlan1', 'XX:3b:6b:aa:00:04', 'wlan', true);

INSERT INTO wireless_links (id, ap_device_id, cpe_device_id, tenant_id, interface, client_mac,
    signal_strength, tx_ccq, state, missed_polls, last_seen) VALUES
    ('a4000000-0000-4000-8000-000000000001', 'a2000000-0000-4000-8000-000000000001',
        'a2000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001', 'wlan1',
        '6C:3B:6B:AA:00:02', -62, 91, 'active', 0, '2026-04-01 12:00Z'),
    ('a4000000-0000-4000-8000-000000000002', 'a2000000-0000-4000-8000-000000000001',
        'a2000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000001', 'wlan1',
        '6C:3B:6B:AA:00:03', 0, 0, 'down', 3, '2026-04-01 11:00Z'),
    -- The same radio once more, seen earlier.
    ('a4000000-0000-4000-8000-000000000003', 'a2000000-0000-4000-8000-000000000001',
        'a2000000-0000-4000-8000-000000000004', 'a0000000-0000-4000-8000-000000000001', 'wlan1',
        '6C:3B:6B:AA:00:03', -70, 80, 'active', 0, '2026-03-30 11:00Z'),
    ('a4000000-0000-4000-8000-000000000004', 'a2000000-0000-4000-8000-000000000002',
        'a2000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000001', 'wlan1',
        '00:00:00:00:00:00', -70, 80, 'active', 0, '2026-03-29 11:00Z'),
    ('a4000000-0000-4000-8000-000000000005', 'a2000000-0000-4000-8000-000000000001',
        'a2000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', 'wlan1',
        '6C:3B:6B:AA:00:01', -70, 80, 'active', 0, '2026-03-28 11:00Z'),
    ('a4000000-0000-4000-8000-000000000006', 'a2000000-0000-4000-8000-000000000003',
        'a2000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', 'wlan1',
        '6C:3B:6B:AA:00:09', -170, 80, 'sleeping', 0, '2026-03-27 11:00Z'),
    -- An AP of another tenant's.
    ('a4000000-0000-4000-8000-000000000007', 'b2000000-0000-4000-8000-000000000001',
        'a2000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001', 'wlan1',
        '6C:3B:6B:AA:00:02', -70, 80, 'active', 0, '2026-03-26 11:00Z');
