//! Values that come in as text.

use std::io::Write as _;

use api::live::cursor::FeedCursor;
use entity::ids::{DeviceId, Epoch};
use entity::mac::MacAddress;
use proptest::prelude::*;
use uuid::Uuid;
use wisplink::config::Config;

const KEYS: [&str; 12] = [
    "url",
    "listen",
    "lanes",
    "raw_days",
    "level",
    "hs256_secret",
    "password_file",
    "ca_file",
    "allowed_origins",
    "graphiql",
    "domain",
    "lease_s",
];
const SECTIONS: [&str; 8] = [
    "database", "nats", "streams", "http", "auth", "ingest", "history", "log",
];

fn any_setting() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        "-?[0-9]{1,20}",
        "'[ -&(-~]{0,30}'",
        Just("true".to_owned()),
        Just("[]".to_owned()),
        ".{0,20}",
    ];
    (
        prop::sample::select(&SECTIONS[..]),
        prop::sample::select(&KEYS[..]),
        value,
    )
        .prop_map(|(section, key, value)| format!("{section}.{key} = {value}\n"))
}

fn load(text: &str) -> Result<Config, wisplink::config::ConfigError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    Config::load(Some(file.path()), &[])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_feeds_cursor_is_read_as_it_was_written(epoch: u128, seq: i64) {
        let cursor = FeedCursor { epoch: Epoch(Uuid::from_u128(epoch)), seq };
        prop_assert!(matches!(FeedCursor::decode(&cursor.encode()), Ok(read) if read == cursor));
    }

    #[test]
    fn any_text_is_a_feeds_cursor_or_refused(text in ".{0,80}", letters in "[A-Za-z0-9_-]{30,34}") {
        for text in [text, letters] {
            if let Ok(cursor) = FeedCursor::decode(&text) {
                prop_assert_eq!(cursor.encode(), text);
            }
        }
    }

    #[test]
    fn any_text_is_an_address_or_refused(
        text in ".{0,20}",
        near in "[0-9a-fA-F]{2}([:.-]?[0-9a-fA-F]{2}){4,6}",
    ) {
        for text in [text, near] {
            if let Ok(mac) = text.parse::<MacAddress>() {
                prop_assert_eq!(mac.to_string().parse::<MacAddress>().ok(), Some(mac));
            }
        }
    }

    #[test]
    fn any_text_is_an_id_or_refused(text in ".{0,40}", near in "[0-9a-f-]{30,38}") {
        for text in [text, near] {
            if let Ok(id) = text.parse::<DeviceId>() {
                prop_assert_eq!(id.to_string().parse::<DeviceId>().ok(), Some(id));
            }
        }
    }

    #[test]
    fn any_file_is_a_configuration_or_refused(
        settings in prop::collection::vec(any_setting(), 0..4),
        garbage in ".{0,80}",
    ) {
        prop_assert!(load(&garbage).is_err() || garbage.trim().is_empty() || garbage.starts_with('#'));
        if let Ok(config) = load(&settings.concat()) {
            let printed = config.redacted().unwrap();
            let again = load(&printed).unwrap().redacted().unwrap();
            prop_assert_eq!(printed, again);
        }
    }
}
