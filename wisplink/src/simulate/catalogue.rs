//! What the simulated providers are made of: regions, people and the devices one can buy.

/// Where a provider is at home.
#[derive(Debug, PartialEq)]
pub(super) struct Region {
    /// The provider's name.
    pub(super) tenant: &'static str,
    /// Where it has towers.
    pub(super) towers: &'static [Tower],
    /// What its customers are called.
    pub(super) surnames: &'static [&'static str],
}

/// A place for a site.
#[derive(Debug, PartialEq)]
pub(super) struct Tower {
    pub(super) name: &'static str,
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    pub(super) elevation_m: i32,
}

const fn tower(name: &'static str, latitude: f64, longitude: f64, elevation_m: i32) -> Tower {
    Tower {
        name,
        latitude,
        longitude,
        elevation_m,
    }
}

/// The providers.
pub(super) const REGIONS: [Region; 2] = [
    Region {
        tenant: "Alpine Wireless",
        towers: &[
            tower("Rigi", 47.0567, 8.4853, 1798),
            tower("Stanserhorn", 46.9297, 8.3400, 1898),
            tower("Stoos", 46.9766, 8.6640, 1305),
            tower("Haldi", 46.8790, 8.6780, 1080),
            tower("Pilatus", 46.9795, 8.2550, 2128),
            tower("Seebodenalp", 47.0640, 8.4560, 1030),
            tower("Wirzweli", 46.9160, 8.3640, 1220),
            tower("Mythen", 47.0300, 8.6880, 1899),
        ],
        surnames: &[
            "ammann",
            "arnold",
            "betschart",
            "camenzind",
            "durrer",
            "furrer",
            "gisler",
            "gwerder",
            "herger",
            "imhof",
            "inderbitzin",
            "kempf",
            "lussi",
            "marty",
            "mathis",
            "murer",
            "niederberger",
            "odermatt",
            "planzer",
            "reichlin",
            "schelbert",
            "schuler",
            "suter",
            "tresch",
            "ulrich",
            "waser",
            "zgraggen",
            "zumstein",
        ],
    },
    Region {
        tenant: "Prairie Broadband",
        towers: &[
            tower("Elm Creek", 40.7192, -99.3723, 690),
            tower("Red Cloud", 40.0886, -98.5192, 515),
            tower("Broken Bow", 41.4019, -99.6393, 755),
            tower("Loup City", 41.2756, -98.9668, 632),
            tower("Ord", 41.6033, -98.9262, 625),
            tower("Ravenna", 41.0258, -98.9126, 610),
            tower("Callaway", 41.2919, -99.9223, 777),
            tower("Franklin", 40.0964, -98.9526, 566),
        ],
        surnames: &[
            "anderson",
            "baker",
            "becker",
            "carlson",
            "dvorak",
            "ericson",
            "fisher",
            "gutierrez",
            "hansen",
            "hoffman",
            "jensen",
            "kowalski",
            "larsen",
            "lopez",
            "meyer",
            "miller",
            "nelson",
            "novak",
            "olson",
            "peterson",
            "riley",
            "schmidt",
            "sorensen",
            "svoboda",
            "thompson",
            "walker",
            "weber",
            "yates",
        ],
    },
];

/// A radio band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Band {
    /// 2.4 GHz.
    Two,
    /// 5 GHz.
    Five,
}

/// An access point one can buy.
#[derive(Debug, PartialEq)]
pub(super) struct ApModel {
    pub(super) name: &'static str,
    /// `wlan1`, `wlan2` …
    pub(super) radios: &'static [RadioModel],
}

/// One of its radios, and how it is set up.
#[derive(Debug, PartialEq)]
pub(super) struct RadioModel {
    pub(super) band: Band,
    pub(super) width_mhz: u32,
    /// The same as RouterOS says it.
    pub(super) channel_width: &'static str,
}

const FIVE: RadioModel = RadioModel {
    band: Band::Five,
    width_mhz: 40,
    channel_width: "20/40mhz-Ce",
};
const TWO: RadioModel = RadioModel {
    band: Band::Two,
    width_mhz: 20,
    channel_width: "20mhz",
};

/// The access points in use.
pub(super) const AP_MODELS: [ApModel; 3] = [
    ApModel {
        name: "RB922UAGS-5HPacD",
        radios: &[FIVE],
    },
    ApModel {
        name: "RB921GS-5HPacD-15S",
        radios: &[FIVE],
    },
    ApModel {
        name: "RBD22UGS-5HPacD2HnD",
        radios: &[TWO, FIVE],
    },
];

/// Who makes a device, and what follows from that.
#[derive(Debug, PartialEq)]
pub(super) struct Vendor {
    /// The first half of its MAC addresses.
    pub(super) ouis: &'static [[u8; 3]],
    /// How its first radio is called.
    pub(super) radio: &'static str,
    /// How its first port is called.
    pub(super) port: &'static str,
    /// The system's version.
    pub(super) firmware: &'static str,
    /// Tells a RouterOS AP how well it hears it.
    pub(super) tells_remote_signal: bool,
}

/// The makers.
pub(super) const MIKROTIK: Vendor = Vendor {
    ouis: &[
        [0x4C, 0x5E, 0x0C],
        [0x6C, 0x3B, 0x6B],
        [0x64, 0xD1, 0x54],
        [0xB8, 0x69, 0xF4],
        [0xCC, 0x2D, 0xE0],
        [0x48, 0x8F, 0x5A],
        [0x74, 0x4D, 0x28],
        [0xC4, 0xAD, 0x34],
    ],
    radio: "wlan1",
    port: "ether1",
    firmware: "6.49.17",
    tells_remote_signal: true,
};
const UBIQUITI: Vendor = Vendor {
    ouis: &[
        [0x24, 0xA4, 0x3C],
        [0x04, 0x18, 0xD6],
        [0x68, 0xD7, 0x9A],
        [0x80, 0x2A, 0xA8],
    ],
    radio: "ath0",
    port: "eth0",
    firmware: "XW.v6.3.14",
    tells_remote_signal: false,
};
const TP_LINK: Vendor = Vendor {
    ouis: &[[0x50, 0xC7, 0xBF], [0x98, 0xDE, 0xD0], [0xEC, 0x08, 0x6B]],
    radio: "ath0",
    port: "eth0",
    firmware: "2.2.1",
    tells_remote_signal: false,
};

/// A customer device one can buy.
#[derive(Debug, PartialEq)]
pub(super) struct CpeModel {
    pub(super) name: &'static str,
    pub(super) band: Band,
    pub(super) vendor: Vendor,
}

const fn cpe(name: &'static str, band: Band, vendor: Vendor) -> CpeModel {
    CpeModel { name, band, vendor }
}

/// The customer devices in use; the more common ones stand more often.
pub(super) const CPE_MODELS: [CpeModel; 9] = [
    cpe("RBLHG-5nD", Band::Five, MIKROTIK),
    cpe("RBLHG-5nD", Band::Five, MIKROTIK),
    cpe("RBSXTG-5HPacD", Band::Five, MIKROTIK),
    cpe("RBDiscG-5acD", Band::Five, MIKROTIK),
    cpe("LiteBeam M5", Band::Five, UBIQUITI),
    cpe("CPE510", Band::Five, TP_LINK),
    cpe("RBLHG-2nD", Band::Two, MIKROTIK),
    cpe("RBSXT-2nD", Band::Two, MIKROTIK),
    cpe("NanoStation loco M2", Band::Two, UBIQUITI),
];
