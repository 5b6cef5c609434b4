SELECT json_build_object('devices', json_build_object('nodes', json_agg(node ORDER BY id)))
FROM (
    SELECT a.id, json_build_object('id', a.id, 'hostname', a.hostname, 'linksAsAp',
        json_build_object('nodes', json_agg(json_build_object('id', l.id, 'state', l.state,
            'signalStrength', l.signal_strength, 'lastSeen', l.last_seen,
            'cpeDevice', json_build_object('hostname', c.hostname)) ORDER BY l.id))) AS node
    FROM devices a
    JOIN wireless_links l ON l.tenant_id = a.tenant_id AND l.ap_device_id = a.id
    JOIN devices c ON c.tenant_id = a.tenant_id AND c.id = l.cpe_device_id
    WHERE a.tenant_id = '{tenant}' GROUP BY a.id, a.hostname ORDER BY a.id LIMIT 40
) AS page
