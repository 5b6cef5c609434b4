SELECT json_build_object('wirelessLink', (json_build_object('id', l.id, 'state', l.state,
        'stateSince', l.state_since, 'missedPolls', l.missed_polls, 'interface', l.interface,
        'clientMac', l.client_mac, 'signalStrength', l.signal_strength,
        'remoteSignalStrength', l.remote_signal_strength, 'signalToNoise', l.signal_to_noise,
        'txCcq', l.tx_ccq, 'txRate', l.tx_rate, 'rxRate', l.rx_rate)::jsonb
    || json_build_object('txRateKbps', l.tx_rate_kbps,
        'rxRateKbps', l.rx_rate_kbps, 'distanceM', l.distance_m, 'uptimeS', l.uptime_s,
        'lastIp', l.last_ip, 'discoveredAt', l.discovered_at, 'lastSeen', l.last_seen,
        'updatedAt', l.updated_at,
        'apDevice', json_build_object('id', a.id, 'hostname', a.hostname, 'status', a.status),
        'cpeDevice', json_build_object('id', c.id, 'hostname', c.hostname, 'status', c.status,
            'interfaces', (
                SELECT json_agg(json_build_object('name', i.name, 'macAddress', i.mac_address,
                    'type', i.type, 'running', i.running) ORDER BY i.name)
                FROM device_interfaces i WHERE i.tenant_id = l.tenant_id AND i.device_id = c.id)))::jsonb))
FROM wireless_links l
JOIN devices a ON a.tenant_id = l.tenant_id AND a.id = l.ap_device_id
JOIN devices c ON c.tenant_id = l.tenant_id AND c.id = l.cpe_device_id
WHERE l.tenant_id = '{tenant}' AND l.id = '{link}'
