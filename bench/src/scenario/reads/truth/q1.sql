SELECT json_build_object('wirelessLinks', json_build_object('nodes', json_agg(node ORDER BY last_seen DESC, id DESC)))
FROM (
    SELECT l.id, l.last_seen, json_build_object('id', l.id, 'state', l.state,
        'signalStrength', l.signal_strength, 'txCcq', l.tx_ccq, 'txRate', l.tx_rate, 'rxRate', l.rx_rate,
        'lastSeen', l.last_seen,
        'apDevice', json_build_object('id', a.id, 'hostname', a.hostname, 'status', a.status),
        'cpeDevice', json_build_object('id', c.id, 'hostname', c.hostname, 'status', c.status)) AS node
    FROM wireless_links l
    JOIN devices a ON a.tenant_id = l.tenant_id AND a.id = l.ap_device_id
    JOIN devices c ON c.tenant_id = l.tenant_id AND c.id = l.cpe_device_id
    WHERE l.tenant_id = '{tenant}' ORDER BY l.last_seen DESC, l.id DESC LIMIT 50
) AS page
