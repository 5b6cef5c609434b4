//! What tables mean to the schema: which column a field is, and where a field leads.

use crate::graphql::row_writer::json::Kind;

/// A table, as an object of the schema.
#[derive(Debug)]
pub struct Table {
    /// The object.
    pub object: &'static str,
    /// Its connection's edge.
    pub edge: &'static str,
    /// Its connection.
    pub connection: &'static str,
    /// The table.
    pub name: &'static str,
    /// Field, column, and how it is written.
    pub columns: &'static [(&'static str, &'static str, Kind)],
    /// What a row refers to.
    pub ones: &'static [One],
    /// What refers to a row.
    pub manys: &'static [Many],
}

/// A field that leads to one row.
#[derive(Debug)]
pub struct One {
    /// The field.
    pub field: &'static str,
    /// The column with the other row's id.
    pub column: &'static str,
    /// The other row may be missing.
    pub optional: bool,
    /// The other table.
    pub table: &'static Table,
}

/// A field that leads to many rows.
#[derive(Debug)]
pub struct Many {
    /// The field.
    pub field: &'static str,
    /// The other table.
    pub table: &'static Table,
    /// The other table's column with this row's id.
    pub column: &'static str,
    /// The other table's column to order by.
    pub order: &'static str,
    /// It is a connection, ordered by id.
    pub paged: bool,
}

impl Table {
    /// A field's column.
    pub fn column(&self, field: &str) -> Option<(&'static str, Kind)> {
        let column = self.columns.iter().find(|(known, ..)| *known == field);
        column.map(|(_, column, kind)| (*column, *kind))
    }

    /// A field that leads to one row.
    pub fn one(&self, field: &str) -> Option<&'static One> {
        self.ones.iter().find(|one| one.field == field)
    }

    /// A field that leads to many rows.
    pub fn many(&self, field: &str) -> Option<&'static Many> {
        self.manys.iter().find(|many| many.field == field)
    }
}

/// `wireless_links`
pub static LINKS: Table = Table {
    object: "WirelessLink",
    edge: "WirelessLinkEdge",
    connection: "WirelessLinkConnection",
    name: "wireless_links",
    columns: &[
        ("id", "id", Kind::Id),
        ("state", "state", Kind::Enum),
        ("stateSince", "state_since", Kind::Time),
        ("missedPolls", "missed_polls", Kind::Int),
        ("interface", "interface", Kind::Text),
        ("clientMac", "client_mac", Kind::Mac),
        ("signalStrength", "signal_strength", Kind::SmallInt),
        (
            "remoteSignalStrength",
            "remote_signal_strength",
            Kind::SmallInt,
        ),
        ("signalToNoise", "signal_to_noise", Kind::SmallInt),
        ("txCcq", "tx_ccq", Kind::Percent),
        ("txRate", "tx_rate", Kind::Text),
        ("rxRate", "rx_rate", Kind::Text),
        ("txRateKbps", "tx_rate_kbps", Kind::Int),
        ("rxRateKbps", "rx_rate_kbps", Kind::Int),
        ("distanceM", "distance_m", Kind::Int),
        ("uptimeS", "uptime_s", Kind::Int),
        ("lastIp", "last_ip", Kind::Text),
        ("discoveredAt", "discovered_at", Kind::Time),
        ("lastSeen", "last_seen", Kind::Time),
        ("updatedAt", "updated_at", Kind::Time),
    ],
    ones: &[
        One {
            field: "apDevice",
            column: "ap_device_id",
            optional: false,
            table: &DEVICES,
        },
        One {
            field: "cpeDevice",
            column: "cpe_device_id",
            optional: false,
            table: &DEVICES,
        },
    ],
    manys: &[],
};

/// `devices`
pub static DEVICES: Table = Table {
    object: "Device",
    edge: "DeviceEdge",
    connection: "DeviceConnection",
    name: "devices",
    columns: &[
        ("id", "id", Kind::Id),
        ("hostname", "hostname", Kind::Text),
        ("ipAddress", "ip_address", Kind::Ip),
        ("model", "model", Kind::Text),
        ("serialNumber", "serial_number", Kind::Text),
        ("firmwareVersion", "firmware_version", Kind::Text),
        ("status", "status", Kind::Enum),
        ("lastSeen", "last_seen", Kind::Time),
        ("latitude", "latitude", Kind::Float),
        ("longitude", "longitude", Kind::Float),
        ("createdAt", "created_at", Kind::Time),
        ("updatedAt", "updated_at", Kind::Time),
    ],
    ones: &[One {
        field: "site",
        column: "site_id",
        optional: true,
        table: &SITES,
    }],
    manys: &[
        Many {
            field: "interfaces",
            table: &INTERFACES,
            column: "device_id",
            order: "name",
            paged: false,
        },
        Many {
            field: "linksAsAp",
            table: &LINKS,
            column: "ap_device_id",
            order: "id",
            paged: true,
        },
        Many {
            field: "linksAsCpe",
            table: &LINKS,
            column: "cpe_device_id",
            order: "id",
            paged: true,
        },
    ],
};

/// `device_interfaces`
pub static INTERFACES: Table = Table {
    object: "DeviceInterface",
    edge: "",
    connection: "",
    name: "device_interfaces",
    columns: &[
        ("id", "id", Kind::Id),
        ("name", "name", Kind::Text),
        ("macAddress", "mac_address", Kind::Mac),
        ("type", "type", Kind::Text),
        ("running", "running", Kind::Bool),
        ("updatedAt", "updated_at", Kind::Time),
    ],
    ones: &[One {
        field: "device",
        column: "device_id",
        optional: false,
        table: &DEVICES,
    }],
    manys: &[],
};

/// `sites`
pub static SITES: Table = Table {
    object: "Site",
    edge: "SiteEdge",
    connection: "SiteConnection",
    name: "sites",
    columns: &[
        ("id", "id", Kind::Id),
        ("name", "name", Kind::Text),
        ("latitude", "latitude", Kind::Float),
        ("longitude", "longitude", Kind::Float),
        ("address", "address", Kind::Text),
        ("elevationM", "elevation_m", Kind::Int),
        ("createdAt", "created_at", Kind::Time),
        ("updatedAt", "updated_at", Kind::Time),
    ],
    ones: &[],
    manys: &[],
};
