-- Q1
SELECT l.id, l.state, l.signal_strength, l.tx_ccq, l.tx_rate, l.rx_rate, l.last_seen, a.id, a.hostname,
    a.status, c.id, c.hostname, c.status
FROM (SELECT * FROM wireless_links WHERE tenant_id = '{tenant}' ORDER BY last_seen DESC, id DESC LIMIT 50) l
JOIN devices a ON a.tenant_id = '{tenant}' AND a.id = l.ap_device_id
JOIN devices c ON c.tenant_id = '{tenant}' AND c.id = l.cpe_device_id
ORDER BY l.last_seen DESC, l.id DESC

-- Q2
SELECT l.*, a.id, a.hostname, a.status, c.id, c.hostname, c.status, i.name, i.mac_address, i.type, i.running
FROM wireless_links l
JOIN devices a ON a.tenant_id = '{tenant}' AND a.id = l.ap_device_id
JOIN devices c ON c.tenant_id = '{tenant}' AND c.id = l.cpe_device_id
LEFT JOIN device_interfaces i ON i.tenant_id = '{tenant}' AND i.device_id = l.cpe_device_id
WHERE l.tenant_id = '{tenant}' AND l.id = '{link}'

-- Q3
SELECT l.ap_device_id, a.hostname, l.id, l.state, l.signal_strength, l.last_seen, c.hostname
FROM (SELECT d.id, d.hostname FROM devices d WHERE d.tenant_id = '{tenant}' AND EXISTS (
        SELECT FROM wireless_links w WHERE w.tenant_id = '{tenant}' AND w.ap_device_id = d.id)
    ORDER BY d.id LIMIT 40) a
CROSS JOIN LATERAL (
    SELECT * FROM wireless_links WHERE tenant_id = '{tenant}' AND ap_device_id = a.id OFFSET 0) l
JOIN devices c ON c.tenant_id = '{tenant}' AND c.id = l.cpe_device_id
